/** What a package that brings commands of its own writes them with; docs/plugins.md has an example. */
export { Args, Flags } from '@oclif/core';
export { fromHere, imagesFlag, pathFlag, runFlag } from './path-flags.js';
export { pluginFlag, pluginsOf } from './plugin-flag.js';
export { ToolkitCommand } from './toolkit-command.js';
