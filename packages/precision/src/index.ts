export {
  computesInBfloat16,
  isActivationOp,
  leastPointwiseElements,
  makesActivations,
  staysInBfloat16,
  typedInputs,
  type ActivationOperand,
} from './bfloat16.js';
