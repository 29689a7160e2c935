export { type ModelDescription, type OnnxModel } from './graph.js';
export { writeOnnx, type ModelInput, type OnnxProgram } from './write-onnx.js';
