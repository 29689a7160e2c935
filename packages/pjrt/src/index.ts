export { PjrtError } from './errors.js';
export { Plugin, type ClientOptions } from './plugin.js';
export { type Target } from './compile-ahead.js';
export { findPlugin, findPlugins, pinFolder, pluginCache, type FoundPlugin } from './find-plugin.js';
export {
  installPlugin,
  requirementsOf,
  type InstalledPlugin,
  type InstallPluginOptions,
} from './install-plugin.js';
export {
  clientOptionsOf,
  isPlatformName,
  partsOf,
  platformNames,
  platforms,
  type Platform,
  type PlatformName,
} from './platforms.js';
export { probePlugin, type PluginProbe, type ProbedDevice, type ProbeOptions } from './probe.js';
export { cpuPlugins, type PluginPin } from './cpu-plugins.js';
export { type Client, type CompileOptions, type UploadOptions } from './client.js';
export { type Device, type MemoryStats } from './device.js';
export { type DeviceBuffer } from './device-buffer.js';
export { type Executable, type ExecutableMemory, type Launched } from './executable.js';
export { ExecutableCache } from './executable-cache.js';
export { type Parameter } from './main-signature.js';
export { type NamedValue } from './named-values.js';
export {
  fromBfloat16,
  toBfloat16,
  type ElementType,
  type HostArray,
  type TensorType,
} from './element-type.js';
