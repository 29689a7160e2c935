import { parseJson } from '@ganymede/core';
import { readWholeFile } from '@ganymede/files';
import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { badConfig } from '@ganymede/config';
import { ambiguousWeights, cannotImport, noWeights, weightsNotFound } from '../errors.js';

/** What a file is for, by BigGAN-PyTorch's names (utils.py: save_weights); `unknown` is told by what it holds. */
export type FileRole =
  | 'generator'
  | 'discriminator'
  | 'ema'
  | 'generatorOptimizer'
  | 'discriminatorOptimizer'
  | 'progress'
  | 'unknown';

export interface WeightFile {
  readonly path: string;
  readonly role: FileRole;
}

export interface FoundFiles {
  /** JSON beside the weights or named with them; null if there is none. */
  readonly config: { readonly path: string; readonly json: unknown } | null;
  readonly files: readonly WeightFile[];
}

const roles: Readonly<Record<string, FileRole>> = {
  G: 'generator',
  D: 'discriminator',
  G_ema: 'ema',
  G_optim: 'generatorOptimizer',
  D_optim: 'discriminatorOptimizer',
  state_dict: 'progress',
  generator: 'generator',
  discriminator: 'discriminator',
  ema: 'ema',
};
const released = /^(pytorch_model\.bin|model\.safetensors)$/;
const weightEnding = /\.(pth|pt|bin|safetensors|pkl)$/;
/** Graphs have their weights inside, by names and in places that no network here has. */
const graphEnding = /\.(onnx|pb)$/;
/** `G_ema_best0.pth`: role and, where the file is one of several copies, which. */
const named =
  /^(G_ema|G_optim|D_optim|state_dict|G|D|generator|discriminator|ema)(?:_(best\d*|copy\d+))?\.(?:pth|pt|safetensors)$/;

/**
 * The files that paths lead to: files as they are, of a folder those with the names that weights have.
 * @throws WEIGHTS_NOT_FOUND, CANNOT_IMPORT where there is a graph and no weights, AMBIGUOUS_WEIGHTS where a folder has several copies, BAD_CONFIG
 */
export async function findFiles(paths: readonly string[]): Promise<FoundFiles> {
  const files: WeightFile[] = [];
  let configPath: string | null = null;
  for (const path of paths) {
    const status = await stat(path).catch((cause: unknown) => {
      throw weightsNotFound(path, cause);
    });
    if (status.isDirectory()) {
      const names = (await readdir(path)).sort();
      files.push(...filesOfFolder(path, names));
      if (names.includes('config.json')) configPath ??= join(path, 'config.json');
    } else if (path.endsWith('.json')) {
      configPath = path;
    } else if (graphEnding.test(path)) {
      throw cannotImport(path);
    } else {
      files.push({ path, role: roles[named.exec(basename(path))?.[1] ?? ''] ?? 'unknown' });
    }
  }
  if (files.length === 0) throw noWeights(paths.join(', '), 'none of these names');
  return { config: configPath === null ? null : await readJson(configPath), files };
}

function filesOfFolder(folder: string, names: readonly string[]): readonly WeightFile[] {
  const whole = names.find((name) => released.test(name));
  if (whole !== undefined) return [{ path: join(folder, whole), role: 'unknown' }];
  const matches = names.flatMap((name) => {
    const match = named.exec(name);
    return match ? [{ name, role: roles[match[1]!]!, copy: match[2] ?? '' }] : [];
  });
  const copies = [...new Set(matches.filter(isNetwork).map(({ copy }) => copy))];
  const copy = copies.includes('') ? '' : copies[0];
  if (copy === undefined) {
    const others = names.filter((name) => weightEnding.test(name));
    // One file of whatever name in a folder of its own is what is meant.
    if (others.length === 1) return [{ path: join(folder, others[0]!), role: 'unknown' }];
    const graph = names.find((name) => graphEnding.test(name));
    if (graph !== undefined) throw cannotImport(join(folder, graph));
    throw noWeights(folder, others.join(', ') || 'none');
  }
  if (copy !== '' && copies.length > 1) throw ambiguousWeights(folder, copies);
  return matches
    .filter((match) => match.copy === copy)
    .map(({ name, role }) => ({ path: join(folder, name), role }));
}

function isNetwork({ role }: { readonly role: FileRole }): boolean {
  return role === 'generator' || role === 'ema' || role === 'discriminator';
}

async function readJson(path: string): Promise<{ readonly path: string; readonly json: unknown }> {
  const text = (await readWholeFile(path)).toString('utf8');
  return { path, json: parseJson(text, (got) => badConfig(path, 'JSON', got)) };
}
