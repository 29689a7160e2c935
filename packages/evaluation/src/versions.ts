import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import type { BackendDescription } from '@ganymede/core';
import type { ManifestPart } from './manifest.js';

/**
 * What computed the numbers: recorded beside them, not compared.
 * @param more - what else is recorded
 */
export function describeVersions(
  backend: BackendDescription,
  precision: string,
  seed: number,
  more: ManifestPart = {},
): ManifestPart {
  const manifest = JSON.parse(readFileSync(join(__dirname, '../package.json'), 'utf8')) as {
    version: string;
  };
  return {
    seed,
    ganymede: manifest.version,
    tfjs: tf.version_core,
    backend: backend.name,
    library: backend.library,
    device: backend.device,
    precision,
    node: process.version,
    ...more,
  };
}
