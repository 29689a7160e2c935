import * as tf from '@tensorflow/tfjs';
import type { OnEngine } from '../loaded-generator.js';
import { openNodeGenerator, type NodeFiles, type NodeLoadOptions } from './node-generator.js';
import type { Running } from './once-loaded.js';

/** Whether the program's tfjs has an engine of this name, `@tensorflow/tfjs-node` for one: `tensorflow`. */
export const hasEngine = (name: string): boolean => tf.findBackendFactory(name) != null;

/**
 * The generator of a package on an engine of the program's own tfjs. tfjs has one current engine for the process: it is this one while a
 * piece of work is given to it, without anything else in between, and then again what it was.
 * @param name - of an engine that the program's tfjs has
 * @param files - `file:` addresses of the generator's files by name
 */
export async function openBorrowed(
  name: string,
  files: Readonly<Record<string, URL>>,
  nodeFiles: NodeFiles,
  options: NodeLoadOptions,
): Promise<Running> {
  const engine = tf.engine();
  // `tf.setBackend` would make one that has to be started first the current one for as long as it starts.
  engine.registry[name] ??= await tf.findBackendFactory(name)();
  const onEngine: OnEngine = async (work) => {
    // Whatever the program has chosen, or tfjs would choose for it, has started.
    await tf.ready();
    const before = tf.getBackend();
    void tf.setBackend(name);
    try {
      return work();
    } finally {
      void tf.setBackend(before);
    }
  };
  return openNodeGenerator(files, nodeFiles, { name, onEngine }, options);
}
