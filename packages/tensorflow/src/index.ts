export { registerTensorFlow, type TensorFlowOptions } from './backend.js';
export { type TensorFlowBackend } from './tensorflow-backend.js';
export { compile, Compiled } from './compile.js';
export { type CompileOptions, type CompileStatistics, type NamedTensors } from './compile-options.js';
export { chromeTrace } from './chrome-trace.js';
export { TensorFlowError } from './errors.js';
export {
  installLibrary,
  type InstalledLibrary,
  type InstallOptions,
  type InstallProgress,
} from './install.js';
export { findLibrary, libraryCache, pinnedVersion, type FoundLibrary } from './library.js';
export { opTimes, type OpTime } from './op-times.js';
export { Profile } from './profile.js';
export { readXSpace, type ProfileEvent, type ProfileLine } from './xspace.js';
export { gpuWheels, wheelFor, type WheelPin } from './wheel-pins.js';
