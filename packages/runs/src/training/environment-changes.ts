import type { ComponentManifest } from '@ganymede/core';
import { parseEnvironment } from '../engine/recorded-environment.js';

/**
 * What computes a run now and did not when it was last trained, in words: the run goes on, and may not be the run that was
 * never stopped.
 * @param before - the environment as it lies in the run folder
 */
export function environmentChanges(before: unknown, now: ComponentManifest): readonly string[] {
  const { components } = parseEnvironment(before);
  if (!components) return [];
  const { toolkit, plugins } = components;
  const ofToolkit =
    toolkit === undefined || toolkit === now.toolkit
      ? []
      : [`trained with ganymede ${toolkit} until now, continues with ${now.toolkit}`];
  const ofPlugins = now.plugins.flatMap(({ name, version, hash, builtIn }) => {
    const former = builtIn ? undefined : plugins.find((one) => one.name === name);
    if (former === undefined) return [];
    if ((former.version ?? null) !== version)
      return [`plugin ${name}: version ${version ?? '(none)'} instead of ${former.version ?? '(none)'}`];
    return hash !== null && former.hash != null && former.hash !== hash
      ? [`plugin ${name}: its file is another than the one that the run was trained with`]
      : [];
  });
  const gone = plugins
    .filter(({ name }) => !now.plugins.some((one) => one.name === name))
    .map(({ name }) => `plugin ${name}: it was there when the run was last trained, and is not now`);
  return [...ofToolkit, ...ofPlugins, ...gone];
}
