import { definePlugin, pluginApiVersion } from '@ganymede/core';
import { pjrt } from './pjrt.js';

export const plugin = definePlugin({
  apiVersion: pluginApiVersion,
  name: '@ganymede/backend-pjrt',
  register(container) {
    container.add(pjrt);
  },
});
