/** Branches of each block that begin with a 1 x 1 convolution of the block's input. */
export function openingBranches(): readonly (readonly [string, readonly string[]])[] {
  const a = ['branch1x1', 'branch5x5_1', 'branch3x3dbl_1'];
  const c = ['branch1x1', 'branch7x7_1', 'branch7x7dbl_1'];
  const e = ['branch1x1', 'branch3x3_1', 'branch3x3dbl_1'];
  return [
    ...['Mixed_5b', 'Mixed_5c', 'Mixed_5d'].map((block) => [block, a] as const),
    ...['Mixed_6b', 'Mixed_6c', 'Mixed_6d', 'Mixed_6e'].map((block) => [block, c] as const),
    ['Mixed_7a', ['branch3x3_1', 'branch7x7x3_1']],
    ['Mixed_7b', e],
    ['Mixed_7c', e],
  ];
}

/** Every convolution with the channels that go into it. */
export function convolutionInputs(): readonly (readonly [string, number])[] {
  const stem = [
    ['Conv2d_1a_3x3', 3],
    ['Conv2d_2a_3x3', 32],
    ['Conv2d_2b_3x3', 32],
    ['Conv2d_3b_1x1', 64],
    ['Conv2d_4a_3x3', 80],
  ] as const;
  const named = (block: string, branches: Readonly<Record<string, number>>): [string, number][] =>
    Object.entries(branches).map(([branch, inputs]) => [`${block}.${branch}`, inputs]);
  const a = (block: string, inputs: number): [string, number][] =>
    named(block, {
      branch1x1: inputs,
      branch5x5_1: inputs,
      branch5x5_2: 48,
      branch3x3dbl_1: inputs,
      branch3x3dbl_2: 64,
      branch3x3dbl_3: 96,
      branch_pool: inputs,
    });
  const c = (block: string, width: number): [string, number][] => [
    ...named(block, { branch1x1: 768, branch_pool: 768 }),
    ...[3, 5].flatMap((length) =>
      Array.from({ length }, (_, i): [string, number] => [
        `${block}.${length === 3 ? 'branch7x7' : 'branch7x7dbl'}_${i + 1}`,
        i === 0 ? 768 : width,
      ]),
    ),
  ];
  const e = (block: string, inputs: number): [string, number][] =>
    named(block, {
      branch1x1: inputs,
      branch3x3_1: inputs,
      branch3x3_2a: 384,
      branch3x3_2b: 384,
      branch3x3dbl_1: inputs,
      branch3x3dbl_2: 448,
      branch3x3dbl_3a: 384,
      branch3x3dbl_3b: 384,
      branch_pool: inputs,
    });
  return [
    ...stem,
    ...a('Mixed_5b', 192),
    ...a('Mixed_5c', 256),
    ...a('Mixed_5d', 288),
    ...named('Mixed_6a', { branch3x3: 288, branch3x3dbl_1: 288, branch3x3dbl_2: 64, branch3x3dbl_3: 96 }),
    ...c('Mixed_6b', 128),
    ...c('Mixed_6c', 160),
    ...c('Mixed_6d', 160),
    ...c('Mixed_6e', 192),
    ...named('Mixed_7a', {
      branch3x3_1: 768,
      branch3x3_2: 192,
      branch7x7x3_1: 768,
      branch7x7x3_2: 192,
      branch7x7x3_3: 192,
      branch7x7x3_4: 192,
    }),
    ...e('Mixed_7b', 1280),
    ...e('Mixed_7c', 2048),
  ];
}
