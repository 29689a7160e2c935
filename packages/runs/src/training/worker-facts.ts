import type { ResolvedConfig } from '@ganymede/config';
import type { ComponentManifest } from '@ganymede/core';
import { hashOfBytes } from '@ganymede/files';
import type { TrainingSession } from './training-session.js';

/** May differ from machine to machine: where images lie and what computes; `factsOfSession` compares what comes of both. */
const ofTheMachine = new Set<string>(['backend', 'data', 'name', 'selection']);

/** A long one is cut for whoever reads it; what was cut off is compared by its hash. */
function textOf(value: unknown): string {
  const text = JSON.stringify(value) ?? 'none';
  if (text.length <= 200) return text;
  return `${text.slice(0, 200)}... (${hashOfBytes(Buffer.from(text)).slice(0, 12)})`;
}

/** What all processes of a run must have alike before anything is opened. */
export function factsOfRecipe(config: ResolvedConfig, manifest: ComponentManifest): Record<string, string> {
  const shared = Object.entries(config).filter(([key]) => !ofTheMachine.has(key));
  return {
    version: manifest.toolkit,
    plugins: textOf(manifest.plugins.map(({ name, version, hash }) => [name, version, hash])),
    ...Object.fromEntries(shared.map(([key, value]) => [`config ${key}`, textOf(value)])),
  };
}

/** And what it opened. */
export function factsOfSession({ training, recipe }: TrainingSession): Record<string, string> {
  return {
    'training images': `${training.length} (${training.fingerprint.slice(0, 12)})`,
    precision: recipe.precision,
  };
}
