import { createHash } from 'node:crypto';
import { stepFolderName } from '@ganymede/checkpoints';
import type { Evaluation } from './manifest.js';

/** The step, and a hash of the manifest: the same measurement again replaces the file, another lies beside it. */
export function evaluationName({ subject, manifest }: Pick<Evaluation, 'subject' | 'manifest'>): string {
  const hash = createHash('sha256').update(JSON.stringify(manifest)).digest('hex').slice(0, 8);
  return `${stepFolderName(subject.step ?? 0)}-${hash}`;
}
