import { GanymedeError } from '@ganymede/core';

export const unsupportedKernel = (kernel: string): GanymedeError =>
  new GanymedeError(
    'ONNX_UNSUPPORTED',
    `export to onnx: expected kernels of tfjs that have a form in ONNX here, got ${kernel}`,
    { kind: 'usage', hint: 'Write the network with other ops, or export it to safetensors.' },
  );

export const unsupportedOption = (what: string, expected: string, got: string): GanymedeError =>
  new GanymedeError('ONNX_UNSUPPORTED', `export to onnx, ${what}: expected ${expected}, got ${got}`, {
    kind: 'usage',
    hint: 'Write the network with other ops, or export it to safetensors.',
  });

export const dependsOnBatch = (what: string, got: string): GanymedeError =>
  new GanymedeError(
    'ONNX_BATCH_DEPENDENT',
    `export to onnx, ${what}: expected the same for every number of images, got ${got}`,
    {
      kind: 'usage',
      hint: 'A network whose numbers depend on how many images there are cannot take any number of them in ONNX.',
    },
  );

export const valueRead = (): GanymedeError =>
  new GanymedeError(
    'ONNX_VALUE_READ',
    'export to onnx: expected a function that reads no values of its inputs, got a read',
    { kind: 'usage', hint: 'Compute with tensors; the program is written down before there are values.' },
  );

export const tooLarge = (bytes: number): GanymedeError =>
  new GanymedeError(
    'ONNX_TOO_LARGE',
    `export to onnx: expected less than 2 GB, which one file of ONNX may have, got ${(bytes / 1e9).toFixed(1)} GB`,
    { kind: 'usage', hint: 'Export it to safetensors.' },
  );
