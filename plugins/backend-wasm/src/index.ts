export { plugin } from './plugin.js';
export { wasm } from './wasm.js';
export { WasmBackend } from './wasm-backend.js';
