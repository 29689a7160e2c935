export { ZipReader, type ZipOptions } from './zip-reader.js';
export type { ZipMember } from './zip-directory.js';
export type { ZipProblems } from './zip-problems.js';
export { zipBytes, zipFile, type ZipSource } from './zip-source.js';
export { zipChunks, type ZipContent } from './zip-writer.js';
