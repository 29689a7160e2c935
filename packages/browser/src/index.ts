export { createGenerator, type CreateGeneratorOptions } from './create-generator.js';
export { type BrowserGenerator, type CallOptions } from './browser-generator.js';
export { type BrowserBackend } from './backends/browser-backend.js';
export { type GeneratorConfig, type LatentDirection } from '@ganymede/generator-files';
export { imageData, type Images } from './images.js';
export { type GenerateRequest, type TruncationConvention } from './request.js';
