export { type ModulePickle, type PickledModule, readModulePickle } from './read-module-pickle.js';
export { type TorchValue, readTorchFile, readTorchValue } from './read-torch-file.js';
export { writeTorchFile } from './write-torch-file.js';
