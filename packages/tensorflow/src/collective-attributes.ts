import { TF_ATTR_FLOAT, TF_ATTR_INT, TF_ATTR_STRING, TF_ATTR_TYPE, type OpAttribute } from './attributes.js';
import type { WorkersOptions } from './workers-options.js';

/** Attributes of every collective op. @param type - that it computes in */
export const commonAttributes = (
  type: number,
  { timeoutSeconds = 0 }: Pick<WorkersOptions, 'timeoutSeconds'>,
): readonly OpAttribute[] => [
  { name: 'T', type: TF_ATTR_TYPE, value: type },
  { name: 'communication_hint', type: TF_ATTR_STRING, value: 'auto' },
  { name: 'timeout_seconds', type: TF_ATTR_FLOAT, value: timeoutSeconds },
];

/** What `CollectiveReduceV2` has besides. @param finalOp - Id for a sum, Div for a mean */
export const reduceAttributes = (finalOp: 'Id' | 'Div'): readonly OpAttribute[] => [
  { name: 'merge_op', type: TF_ATTR_STRING, value: 'Add' },
  { name: 'final_op', type: TF_ATTR_STRING, value: finalOp },
  { name: 'max_subdivs_per_device', type: TF_ATTR_INT, value: -1 },
  { name: 'Nordering_token', type: TF_ATTR_INT, value: 0 },
];
