import { libraryFiles } from './c-api.js';

/** Where a member of a wheel goes, relative to the library's folder; undefined for one that is left out. */
export type Keep = (member: string) => string | undefined;

/** The two libraries of a TensorFlow wheel. */
export const keepLibraries: Keep = (member) => libraryFiles.find((file) => member === `tensorflow/${file}`);

/** Folder of NVIDIA's libraries beside TensorFlow's. */
export const cudaFolder = 'cuda';

const sharedLibrary = /^nvidia\/[^/]+\/lib\/(lib[^/]+\.so(?:\.\d+)*)$/;
/** What XLA looks for below its `xla_gpu_cuda_data_dir`. */
const compilerPart = /^nvidia\/cuda_nvcc\/(bin\/ptxas|nvvm\/libdevice\/libdevice\.10\.bc)$/;

/** NVIDIA's shared libraries, all in one folder, and what XLA needs to compile. */
export const keepCuda: Keep = (member) => {
  const kept = sharedLibrary.exec(member)?.[1] ?? compilerPart.exec(member)?.[1];
  return kept === undefined ? undefined : `${cudaFolder}/${kept}`;
};
