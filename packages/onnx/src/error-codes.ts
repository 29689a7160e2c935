/** What the error codes of this package mean and what to do; docs/errors.md is made from it. */
export const errorCodes: Readonly<Record<string, { readonly meaning: string; readonly remedy: string }>> = {
  ONNX_BATCH_DEPENDENT: {
    meaning: 'What a network computes depends on how many images there are',
    remedy: 'Take such numbers out of the network, or export to another format',
  },
  ONNX_TOO_LARGE: {
    meaning: 'A model has more bytes than one file of ONNX may have',
    remedy: 'Export to safetensors',
  },
  ONNX_UNSUPPORTED: {
    meaning: 'A network uses something that has no form in ONNX here',
    remedy: 'Write it with other ops, or export to another format',
  },
  ONNX_VALUE_READ: {
    meaning: 'A function that is written down as ONNX reads a value that does not exist yet',
    remedy: 'Compute with tensors instead',
  },
};
