import { isAddress } from '@ganymede/core';
import { isAbsolute, resolve } from 'node:path';

/**
 * The options that hold a path, by the key of a config whose component has them. Paths of reporters are not among them:
 * they start from the run's folder, wherever that is moved. `labels` is a file where the data is `idx`, a word elsewhere.
 */
export const pathOptions: Readonly<Partial<Record<string, readonly string[]>>> = {
  data: ['path', 'labels'],
  featureExtractor: ['weights'],
};

/** @param folder - that a relative path starts from; an empty text is left for the schema to refuse */
export function absolute(path: string, folder: string): string {
  return isAbsolute(path) || path === '' || isAddress(path) ? path : resolve(folder, path);
}

/** A component of a key with its paths absolute. */
export function choiceFrom<T>(key: string, choice: T, folder: string): T {
  if (typeof choice !== 'object' || choice === null) return choice;
  const all = Object.hasOwn(pathOptions, key) ? pathOptions[key]! : [];
  const isIdx = 'use' in choice && choice.use === 'idx';
  const options = all.filter((option) => option !== 'labels' || isIdx);
  const paths = Object.entries(choice).flatMap(([option, value]) =>
    options.includes(option) && typeof value === 'string' ? [[option, absolute(value, folder)] as const] : [],
  );
  return paths.length === 0 ? choice : { ...choice, ...Object.fromEntries(paths) };
}

/** Whether a plugin's name is a path rather than a package. */
export function isPath(name: string): boolean {
  return isAbsolute(name) || /^\.{1,2}([\\/]|$)/.test(name);
}
