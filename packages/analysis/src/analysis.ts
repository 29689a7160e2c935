import { createHash } from 'node:crypto';
import { stepFolderName } from '@ganymede/checkpoints';
import type { ManifestPart } from '@ganymede/evaluation';

/** What can be looked into; also how files are named. */
export const analysisKinds = ['neighbours', 'logits', 'spectrum', 'directions', 'projection'] as const;
export type AnalysisKind = (typeof analysisKinds)[number];

/** What an analysis found, and how; what `analysis/*.json` hold. */
export interface Analysis<Details = unknown> {
  readonly format: 1;
  readonly kind: AnalysisKind;
  readonly subject: { readonly name: string; readonly step: number };
  /** What it comes down to, a sentence each. */
  readonly findings: readonly string[];
  readonly numbers: Readonly<Record<string, number>>;
  /** All that the result depends on: data, counts, options, seed, weights. */
  readonly conditions: ManifestPart;
  /** Backend and versions: recorded besides. */
  readonly environment: ManifestPart;
  /** What a reader must know. */
  readonly cautions: readonly string[];
  /** Files beside this one, in the order they are shown. */
  readonly pictures: readonly { readonly file: string; readonly title: string }[];
  readonly seconds: number;
  /** What the pictures are drawn from. */
  readonly details: Details;
}

/** Everything but the names of the pictures, which are known when they are written. */
export type AnalysisResult<Details = unknown> = Omit<Analysis<Details>, 'format' | 'pictures'>;

/** A picture before it has a file: an SVG as text, or a PNG. */
export interface Picture {
  /** What tells it from the other pictures, e.g. `features`. */
  readonly id: string;
  readonly title: string;
  readonly content: string | Uint8Array;
}

/**
 * `<kind>-<step>-<hash of the conditions>`: the same analysis again replaces its files, another lies beside them.
 */
export function analysisName({
  kind,
  subject,
  conditions,
}: Pick<Analysis, 'kind' | 'subject' | 'conditions'>): string {
  const hash = createHash('sha256').update(JSON.stringify(conditions)).digest('hex').slice(0, 8);
  return `${kind}-${stepFolderName(subject.step)}-${hash}`;
}
