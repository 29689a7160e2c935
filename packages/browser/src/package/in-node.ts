import { noBackend } from '../errors.js';
import type * as Borrowed from './in-node-borrowed.js';
import { openNodeGenerator, type NodeFiles, type NodeLoadOptions } from './node-generator.js';
import { onceLoaded, type PackagedGenerator } from './once-loaded.js';
import { ownEngines, startOwnEngine, type NodeProcess } from './own-engine.js';

export interface NodeBuiltIns extends NodeFiles {
  readonly process: NodeProcess;
  /** Loads what runs a generator on an engine of the program's own tfjs. */
  readonly borrowed: () => Promise<typeof Borrowed>;
}

/** tfjs-node's and ours: both compute with TensorFlow's library. */
const native = 'tensorflow';

/**
 * The generator of a package, in Node and in this thread. It has a tfjs of its own, so that a program that uses tfjs itself keeps its
 * engine, and borrows the program's where that is asked for or is the faster one.
 * @param files - `file:` addresses of the generator's files by name
 * @param wasmFolder - with tfjs's `.wasm` files, a path that ends in a slash
 */
export function packagedGenerator(
  files: Readonly<Record<string, URL>>,
  wasmFolder: string,
  builtIns: NodeBuiltIns,
): PackagedGenerator<NodeLoadOptions> {
  const { process, borrowed } = builtIns;
  return onceLoaded<NodeLoadOptions>(async (options = {}) => {
    const { backend: wanted = 'auto' } = options;
    const own = ownEngines.filter((name) => wanted === 'auto' || wanted === name);
    const wantedOfProgram = wanted === 'auto' ? native : wanted;
    // Every copy of tfjs in the process has its engine there; loading one more would make one.
    if ('_tfengine' in globalThis && (wanted === 'auto' || own.length === 0)) {
      const theirs = await borrowed();
      if (theirs.hasEngine(wantedOfProgram))
        return theirs.openBorrowed(wantedOfProgram, files, builtIns, options);
    }
    if (own.length === 0) throw noBackend([wanted], [`${wanted}: the program has no such engine of tfjs`]);
    const name = await startOwnEngine(own, { wasmFolder, process });
    return openNodeGenerator(files, builtIns, { name }, options);
  });
}
