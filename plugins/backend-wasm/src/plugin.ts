import { definePlugin, pluginApiVersion } from '@ganymede/core';
import { wasm } from './wasm.js';

export const plugin = definePlugin({
  apiVersion: pluginApiVersion,
  name: '@ganymede/backend-wasm',
  register(container) {
    container.add(wasm);
  },
});
