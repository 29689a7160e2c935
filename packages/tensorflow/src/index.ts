export { registerTensorFlow, type TensorFlowOptions } from './backend.js';
export { type TensorFlowBackend } from './tensorflow-backend.js';
export { compile, Compiled } from './compile.js';
export { type CompileOptions, type CompileStatistics, type NamedTensors } from './compile-options.js';
export { Collectives, type WorkersOptions } from './collectives.js';
export { chromeTrace } from './chrome-trace.js';
export { TensorFlowError } from './errors.js';
export { installLibrary, type InstallLibraryOptions } from './install.js';
export { findLibrary, libraryCache, pinnedVersion, type FoundLibrary } from './library.js';
export { SavedModelSession, type HostArray } from './saved-model/saved-model-session.js';
export {
  savedModelFile,
  writeSavedModel,
  type SavedModel,
  type SavedModelInput,
  type SavedModelProgram,
} from './saved-model/write-saved-model.js';
export { opTimes, type OpTime } from './op-times.js';
export { Profile } from './profile.js';
export { readXSpace, type ProfileEvent, type ProfileLine } from './xspace.js';
export { wheelFor } from './wheel-pins.js';
