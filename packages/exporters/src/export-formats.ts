import { GanymedeError } from '@ganymede/core';

/** What a run can be written as. */
export const exportTargets = ['biggan-pytorch', 'npm', 'onnx', 'safetensors', 'saved-model', 'web'] as const;
export type ExportTarget = (typeof exportTargets)[number];

const ofGenerator = ['npm', 'onnx', 'saved-model', 'web'] as const;

/** Which formats take an option; what all of them take is not listed. */
const takenBy = {
  truncation: ['biggan-pytorch', 'onnx', 'safetensors', 'saved-model'],
  ema: ofGenerator,
  license: ofGenerator,
  statistics: ['npm', 'web'],
  precision: ['npm', 'web'],
  packageName: ['npm'],
} as const satisfies Record<string, readonly ExportTarget[]>;

/**
 * Refuses what a format would leave aside without a word.
 * @param given - options; those that are undefined were not given
 * @throws OPTION_OF_OTHER_FORMAT
 */
export function expectTaken(
  to: ExportTarget,
  given: { readonly [option in keyof typeof takenBy]?: unknown },
): void {
  for (const [option, formats] of Object.entries(takenBy)) {
    const isGiven = given[option as keyof typeof takenBy] !== undefined;
    if (!isGiven || (formats as readonly string[]).includes(to)) continue;
    throw new GanymedeError(
      'OPTION_OF_OTHER_FORMAT',
      `export: expected ${option} with ${formats.join(', ')} only, got it with ${to}`,
      { kind: 'usage', hint: hintOf(option, to) },
    );
  }
}

function hintOf(option: string, to: ExportTarget): string {
  if (option === 'ema') return `${to} writes all networks, the moving average among them.`;
  if (option === 'truncation') return `Whoever uses ${to} names the truncation when images are made.`;
  return 'Leave it out.';
}
