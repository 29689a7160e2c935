import { GanymedeError } from '@ganymede/core';
import { messageOf } from '@ganymede/config';

/** Messages of weights from elsewhere. */

export function weightsNotFound(path: string, cause: unknown): GanymedeError {
  return new GanymedeError(
    'WEIGHTS_NOT_FOUND',
    `weights: expected a file or folder, got ${messageOf(cause)}`,
    {
      kind: 'missing',
      hint: `Check the path ${path}.`,
      cause,
    },
  );
}

export function noWeights(where: string, got: string): GanymedeError {
  return new GanymedeError(
    'WEIGHTS_NOT_FOUND',
    `${where}: expected G.pth, G_ema.pth or D.pth of BigGAN-PyTorch, pytorch_model.bin, generator.safetensors, or a .pkl of R3GAN, got ${got}`,
    { kind: 'missing', hint: 'Name the files themselves, if they have other names.' },
  );
}

export function ambiguousWeights(folder: string, copies: readonly string[]): GanymedeError {
  return new GanymedeError(
    'AMBIGUOUS_WEIGHTS',
    `${folder}: expected one set of weights, got those of ${copies.join(', ')}`,
    {
      kind: 'usage',
      hint: `Name the files of one set: ${folder}/G_${copies[0]}.pth ${folder}/D_${copies[0]}.pth ...`,
    },
  );
}

const averageHint =
  'The file name of a moving average must contain `ema`, to tell it from the trained generator.';

export function twoOfOne(role: string, first: string, second: string, hint = averageHint): GanymedeError {
  return new GanymedeError('TWO_OF_ONE', `weights: expected one ${role}, got ${first} and ${second}`, {
    kind: 'usage',
    hint,
  });
}

export function noGenerator(paths: readonly string[]): GanymedeError {
  return new GanymedeError(
    'NO_GENERATOR',
    `weights: expected a generator or its moving average, got ${paths.join(', ')}`,
    { kind: 'missing' },
  );
}

export function notWeights(path: string, got: string): GanymedeError {
  return new GanymedeError('BAD_WEIGHTS', `${path}: expected weights of a network, got ${got}`, {
    kind: 'data',
  });
}

export function notOneNetwork(path: string, expected: string): GanymedeError {
  return new GanymedeError(
    'BAD_WEIGHTS',
    `${path}: expected weights of a ${expected}, got another network's`,
    { kind: 'data' },
  );
}

export function unknownWeightsConfig(path: string): GanymedeError {
  return new GanymedeError(
    'BAD_WEIGHTS_CONFIG',
    `${path}: expected flags of BigGAN-PyTorch, the config of the released BigGAN-deep or of a run, got none of them`,
    { kind: 'data', hint: 'Name the files of weights without it; BigGAN-PyTorch needs no config.' },
  );
}

export function classesDiffer(
  weights: string,
  count: number,
  other: string,
  otherCount: number,
): GanymedeError {
  return new GanymedeError(
    'CLASSES_DIFFER',
    `classes: expected the ${count} that ${weights} has, got ${otherCount} in ${other}`,
    {
      kind: 'data',
      hint: 'Nothing was imported. To continue training weights with other classes: ganymede train --init <weights> --data <images>.',
    },
  );
}

/** @throws WEIGHTS_MISMATCH listing every tensor that does not fit; standing statistics may be absent */
export function expectFit(
  what: string,
  tensors: Readonly<Record<string, { readonly shape: readonly number[] }>>,
  target: Readonly<Record<string, readonly number[]>>,
): void {
  const list = (shape: readonly number[] | undefined): string =>
    shape ? `[${shape.join(', ')}]` : 'nothing';
  const names = [...new Set([...Object.keys(target), ...Object.keys(tensors)])];
  const differences = names.flatMap((name) => {
    const [expected, got] = [target[name], tensors[name]?.shape];
    if (expected?.join() === got?.join()) return [];
    return [`${name}: expected ${list(expected)}, got ${list(got)}`];
  });
  if (differences.length === 0) return;
  throw new GanymedeError(
    'WEIGHTS_MISMATCH',
    `${what}: expected the tensors of the network, got ${differences.length} others\n  ${differences.join('\n  ')}`,
    {
      kind: 'data',
      hint: 'Nothing was imported. Give the network the options that the weights were trained with.',
    },
  );
}

export function alreadyARun(path: string): GanymedeError {
  return new GanymedeError('ALREADY_A_RUN', `${path}: expected weights to import, got a run`, {
    kind: 'usage',
    hint: `Use it as it is: ganymede sample ${path}. To continue training with other classes: ganymede train --init ${path}.`,
  });
}

export function nothingFits(what: string, network: string, first: string): GanymedeError {
  return new GanymedeError(
    'WEIGHTS_MISMATCH',
    `${what}: expected weights that fit the ${network}, got none, first ${first}`,
    { kind: 'data', hint: 'Leave out --preset and --config, and the networks are those of the weights.' },
  );
}

export function cannotExport(use: string, format: string): GanymedeError {
  return new GanymedeError(
    'CANNOT_EXPORT',
    `export: expected a biggan or biggan-deep for ${format}, got ${use}`,
    { kind: 'usage', hint: 'safetensors takes every network.' },
  );
}

export function cannotImport(path: string): GanymedeError {
  return new GanymedeError(
    'CANNOT_IMPORT',
    `${path}: expected weights with the names of their network, got a graph of ${path.endsWith('.pb') ? 'TensorFlow' : 'ONNX'}`,
    {
      kind: 'usage',
      hint: 'Import what `ganymede export` wrote of the same run as safetensors, npm, web or biggan-pytorch.',
    },
  );
}
