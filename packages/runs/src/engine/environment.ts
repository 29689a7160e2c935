import * as tf from '@tensorflow/tfjs';
import { availableParallelism, cpus, release, totalmem } from 'node:os';
import type { BackendDescription, ComponentManifest } from '@ganymede/core';

/** What a run ran on, for `environment.json`. */
export function describeEnvironment(
  backend: BackendDescription,
  precision: string,
  manifest: ComponentManifest,
): Record<string, unknown> {
  return {
    backend,
    precision,
    node: process.version,
    tfjs: tf.version_core,
    platform: `${process.platform} ${process.arch} ${release()}`,
    processor: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    components: manifest,
  };
}
