import type { PluginHost } from '@ganymede/core';
import { machineClock } from '../clock.js';
import { createContainer } from '../container.js';
import { importConfig } from './config-module.js';
import { findPlugin } from './find-plugin.js';
import { loadPlugins } from './load-plugins.js';

/** Node's own way of finding packages, and the container with the first-party components. */
export const pluginHost: PluginHost = {
  clock: machineClock,
  find: findPlugin,
  load: loadPlugins,
  importConfig,
  open: (request) => createContainer(request),
};
