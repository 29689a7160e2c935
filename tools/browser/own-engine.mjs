import { readFileSync } from 'node:fs';

const from = 'let globalNameSpace;';

/**
 * All copies of tfjs in a process share one engine, with one current backend, by way of the global object. A bundle with this plugin
 * has an object of its own for that.
 * @type {import('esbuild').Plugin}
 */
export const ownEngine = {
  name: 'own-engine',
  setup(builder) {
    builder.onLoad({ filter: /[\\/]tfjs-core[\\/]dist[\\/]global_util\.js$/ }, ({ path }) => {
      const contents = readFileSync(path, 'utf8');
      if (!contents.includes(from)) throw new Error(`own-engine: expected ${from} in ${path}, got none`);
      return { contents: contents.replace(from, 'let globalNameSpace = {};') };
    });
  },
};
