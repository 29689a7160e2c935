import { GanymedeError } from '@ganymede/core';

export const badQuantity = (name: string, expected: string, got: string): GanymedeError =>
  new GanymedeError('BAD_QUANTITY', `${name}: expected ${expected}, got ${got === '' ? 'nothing' : got}`, {
    kind: 'usage',
    hint: 'Durations take ns, us, ms, s, min, h or d; sizes B, kB, MB, GB or TB; rates a size or kbit, Mbit or Gbit, a second.',
  });

export const badClusterInput = (name: string, expected: string, got: string | number): GanymedeError =>
  new GanymedeError('BAD_CLUSTER_INPUT', `${name}: expected ${expected}, got ${got}`, {
    kind: 'usage',
    hint: 'docs/scale.md says what each number of a plan means.',
  });

export const clusterInputMissing = (name: string, hint: string): GanymedeError =>
  new GanymedeError('CLUSTER_INPUT_MISSING', `${name}: expected a number, got none`, { kind: 'usage', hint });
