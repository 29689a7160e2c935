import { shownPath } from './format.js';
import type { WrittenAnalysis } from '@ganymede/toolkit';

/** An analysis for people: what it comes down to, what to be careful with, and where it lies. */
export function analysisLines({ analysis, path, files }: WrittenAnalysis): readonly string[] {
  const { findings, cautions } = analysis;
  return [
    ...findings,
    ...cautions.map((text) => `caution: ${text}`),
    ...[path, ...files].map((file) => `wrote ${shownPath(file)}`),
  ];
}
