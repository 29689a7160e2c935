import type { EvaluateProgress } from '@ganymede/toolkit';
import type { WorkProgress } from './work.js';

const parts = {
  data: 'decoding images',
  reference: 'features of the reference',
  generated: 'features of generated images',
  first: 'features of --real',
  second: 'features of --fake',
};

/** What a measurement is at, as progress. */
export function showMeasuring(progress: WorkProgress, event: EvaluateProgress): void {
  if (event.part === 'metric') progress.say(`computing ${event.metric}`);
  else if (event.part === 'sampler') progress.count(event.text, event.done, event.total);
  else progress.count(parts[event.part], event.done, event.total);
}
