import { evaluationsOf } from '@ganymede/evaluation';
import { modelCard, type CardContent } from './model-card.js';
import { withoutPlaces } from './without-places.js';

/** What a card says besides what was measured. */
export interface AboutRun extends Omit<CardContent, 'batchSize' | 'evaluations'> {
  /** Its folder. */
  readonly run: string;
  readonly runConfig: Readonly<Record<string, unknown>> & { readonly batchSize: number };
}

/** What goes along with every export: the model card, with the numbers that were measured at its very step, and the config. */
export async function aboutRun({ run, runConfig, ...content }: AboutRun): Promise<Record<string, string>> {
  const evaluations = (await evaluationsOf(run))
    .map(({ evaluation }) => evaluation)
    .filter(({ subject }) => subject.step === content.config.trained.step);
  return {
    'README.md': modelCard({ ...content, batchSize: runConfig.batchSize, evaluations }),
    'run-config.json': `${JSON.stringify(withoutPlaces(runConfig), null, 2)}\n`,
  };
}
