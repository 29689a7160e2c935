/** A stabilizer that never answers: a process that lives and does no step any more. STUCK=<file>: only once, while the file is there. */
import { existsSync, rmSync } from 'node:fs';
import { definePlugin, defineComponent, pluginApiVersion } from '@ganymede/core';
import { z } from 'zod';

const stuck = defineComponent({
  slot: 'stabilizer',
  id: 'stuck',
  summary: 'Never answers at a step, in one rank.',
  cites: [],
  options: z.strictObject({ file: z.string(), step: z.number(), rank: z.number() }),
  create: ({ file, step, rank }) => ({
    interval: 1,
    observe: (/** @type {{ step: number }} */ run) => {
      const own = Number(process.argv[process.argv.indexOf('--rank') + 1] ?? 0);
      if (run.step < step || own !== rank || !existsSync(file))
        return Promise.resolve({ action: /** @type {const} */ ({ kind: 'continue' }) });
      rmSync(file);
      return new Promise(() => undefined);
    },
    state: null,
    restore: () => undefined,
  }),
});

export const plugin = definePlugin({
  apiVersion: pluginApiVersion,
  name: 'stuck',
  register: (container) => container.add(stuck),
});
