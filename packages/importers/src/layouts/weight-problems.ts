import { GanymedeError } from '@ganymede/core';

/** What does not fit between a file of weights and a network: gathered, so that one error lists it all. */
export class WeightProblems {
  readonly missing: string[] = [];
  readonly unexpected: string[] = [];
  readonly misshapen: string[] = [];

  constructor(private readonly what: string) {}

  throwIfAny(): void {
    const lists = [
      ['missing', this.missing],
      ['unexpected', this.unexpected],
      ['of another shape', this.misshapen],
    ] as const;
    if (lists.every(([, names]) => names.length === 0)) return;
    const found = lists.filter(([, names]) => names.length > 0);
    const counts = found.map(([kind, names]) => `${names.length} ${kind}`).join(', ');
    const all = found.flatMap(([kind, names]) => [`  ${kind}:`, ...names.map((name) => `    ${name}`)]);
    throw new GanymedeError(
      'WEIGHTS_MISMATCH',
      `${this.what}: expected the tensors of the network, got ${counts}\n${all.join('\n')}`,
      {
        kind: 'data',
        hint: 'Nothing was imported. Give the network the options that the weights were trained with: resolution, channels, attention, shared embedding, number of classes.',
      },
    );
  }
}
