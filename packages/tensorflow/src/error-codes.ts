/** What the error codes of this package mean and what to do; docs/errors.md is made from it. */
export const errorCodes: Readonly<Record<string, { readonly meaning: string; readonly remedy: string }>> = {
  NO_SUCH_NODE: { meaning: 'A SavedModel has no node of a name', remedy: 'Name one of its signature' },
  ASYNC_RUN_IN_TRACE: { meaning: 'A compiled function waits for another inside', remedy: 'Use runSync' },
  BACKEND_DISPOSED: { meaning: 'TensorFlow was used after it was removed', remedy: 'Mend the program' },
  BAD_ATTRIBUTE: {
    meaning: 'An op has an attribute that it does not take',
    remedy: 'Mend the program, or report it',
  },
  BAD_DATA_TYPE: {
    meaning: "A tensor's type has no fixed width, or is not the one that an op over several processes takes",
    remedy: 'Mend the program',
  },
  BAD_DEVICE: { meaning: 'A device is none', remedy: 'Use cpu, gpu:0, gpu:1 and so on' },
  BAD_RESULT: { meaning: 'A compiled function returned no record of tensors', remedy: 'Mend the program' },
  BAD_TENSOR_SIZE: { meaning: "A tensor's values do not fit its shape", remedy: 'Mend the program' },
  BAD_THREADS: { meaning: 'A number of threads is none', remedy: 'Give an integer of 0 or more' },
  BAD_WORKERS: {
    meaning: 'The list of processes that compute together, or the rank of one, is not right',
    remedy: 'Give all of them the same list of host:port, and each its own rank',
  },
  COMPILED_DISPOSED: {
    meaning: 'A compiled function was called after it was disposed',
    remedy: 'Mend the program',
  },
  DYNAMIC_SHAPE: {
    meaning: 'A compiled function has a shape that depends on values',
    remedy: 'Do without ops such as where',
  },
  KERNELS_NOT_BUNDLED: {
    meaning: 'A checkout has no kernel layer',
    remedy: 'Type: node tools/bundle-kernels.mjs',
  },
  LIBRARY_NOT_FOUND: {
    meaning: 'The library of TensorFlow is not installed',
    remedy: 'Type: ganymede backend install tensorflow',
  },
  LIBRARY_NOT_LOADED: {
    meaning: 'The library of TensorFlow does not load',
    remedy: 'Use a recent Linux with glibc, or the wasm backend',
  },
  NOT_SUPPORTED: { meaning: 'SavedModels are not run', remedy: 'Give a tfjs model' },
  NO_SUCH_TENSOR: { meaning: 'A tensor was used after it was freed', remedy: 'Mend the program' },
  PLATFORM_NOT_SUPPORTED: { meaning: 'There is no library for this machine', remedy: 'Use the wasm backend' },
  POINTWISE_CAPTURE: {
    meaning: 'A pointwise expression uses a tensor that is no argument',
    remedy: 'Pass it as one',
  },
  PROFILE_FAILED: { meaning: 'Another profile runs in the process', remedy: 'Stop it first' },
  PROFILE_STOPPED: { meaning: 'A profile was stopped twice', remedy: 'Mend the program' },
  RUN_UNDER_WAY: {
    meaning: 'A compiled function was called during its own run',
    remedy: 'Await the run first',
  },
  STACK_TOO_SMALL: { meaning: 'Another package used koffi first', remedy: 'Register TensorFlow before it' },
  SYMBOL_NOT_FOUND: {
    meaning: 'The library of TensorFlow is too old',
    remedy: 'Install the one that Ganymede brings',
  },
  TENSORFLOW_ERROR: {
    meaning: 'TensorFlow itself reports an error',
    remedy: 'Read the message; report it if it is a mistake of Ganymede',
  },
  TENSORFLOW_RESOURCE_EXHAUSTED: {
    meaning: 'The memory of the device is full',
    remedy: 'Take a smaller batch',
  },
  TENSOR_DISPOSED: { meaning: 'A tensor was used after it was disposed', remedy: 'Mend the program' },
  TENSOR_OF_A_TRACE: {
    meaning: 'A tensor of a compiled function was kept outside',
    remedy: 'Return it instead',
  },
  VALUE_READ_IN_TRACE: {
    meaning: 'A value was read inside a compiled function',
    remedy: 'Return the tensor and read it outside',
  },
  VARIABLE_DISPOSED: { meaning: 'A variable was used after it was disposed', remedy: 'Mend the program' },
  VARIABLE_DISPOSED_IN_TRACE: {
    meaning: 'A variable was disposed inside a compiled function',
    remedy: 'Mend the program',
  },
  VARIABLE_MADE_IN_TRACE: {
    meaning: 'A variable was made inside a compiled function',
    remedy: 'Make it outside',
  },
  WORKER_NOT_STARTED: {
    meaning: 'A process that computes together with others cannot open its port',
    remedy: 'Take a free port',
  },
  WRONG_BACKEND: { meaning: 'Another backend is current', remedy: 'Set it with tf.setBackend' },
};
