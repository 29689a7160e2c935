export { type ImageFormat } from './assemble-images.js';
export { type BatchImages } from './batch-assembler.js';
export { type Batch, BatchLoader, type BatchLoaderOptions, type BatchLoaderState } from './batch-loader.js';
