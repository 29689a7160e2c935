import { definePlugin, pluginApiVersion } from '@ganymede/core';
import { tensorflow } from './tensorflow.js';
import { tfjsNode } from './tfjs-node.js';

export const plugin = definePlugin({
  apiVersion: pluginApiVersion,
  name: '@ganymede/backend-tensorflow',
  register(container) {
    container.add(tensorflow);
    container.add(tfjsNode);
  },
});
