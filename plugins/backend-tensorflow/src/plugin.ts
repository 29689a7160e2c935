import { definePlugin, pluginApiVersion } from '@ganymede/core';
import { tensorflow } from './tensorflow.js';

export const plugin = definePlugin({
  apiVersion: pluginApiVersion,
  name: '@ganymede/backend-tensorflow',
  register(container) {
    container.add(tensorflow);
  },
});
