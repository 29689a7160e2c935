import type { SampleResult } from '@ganymede/toolkit';
import { formatNumber } from './format.js';

/** How a sampler got on, for people. */
export function samplerLines({ sampling }: SampleResult): readonly string[] {
  if (!sampling) return [];
  const { sampler, report, cautions } = sampling;
  return [
    ...Object.entries(report).map(
      ([key, value]) =>
        `${sampler.use} ${key}: ${typeof value === 'number' ? formatNumber(value) : String(value)}`,
    ),
    ...cautions.map(({ text }) => `caution: ${text}`),
  ];
}
