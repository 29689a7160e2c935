export { registerTensorFlow, type TensorFlowBackend, type TensorFlowOptions } from './backend.js';
export { compile, Compiled, type CompileOptions, type CompileStatistics } from './compile.js';
export { TensorFlowError } from './errors.js';
export { findLibrary, libraryCache, pinnedVersion, type FoundLibrary } from './library.js';
