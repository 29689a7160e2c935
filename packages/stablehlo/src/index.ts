export { StableHloError, type StableHloErrorCode } from './errors.js';
export { bitWidth, elementTypes, isFloat, isInteger, isUnsigned, type ElementType } from './element-type.js';
export { elementCount, sameType, tensorType, typeText, type TensorType } from './tensor-type.js';
export { Value, type OpSink } from './block.js';
export { ModuleBuilder, type ModuleOptions } from './module-builder.js';
export { FunctionBuilder, type ArgumentOptions, type ReturnOptions } from './function-builder.js';
export { type Mesh, type Sharding } from './sharding.js';
export { constant, extreme, splat } from './constant.js';
export { bfloat16Bits, float16Bits } from './number-text.js';
export {
  abs,
  add,
  and,
  atan2,
  cbrt,
  ceil,
  clamp,
  compare,
  convert,
  cosine,
  countLeadingZeros,
  divide,
  exponential,
  exponentialMinusOne,
  floor,
  isFinite,
  log,
  logistic,
  logPlusOne,
  maximum,
  minimum,
  multiply,
  negate,
  not,
  or,
  popcnt,
  power,
  remainder,
  roundNearestAfz,
  roundNearestEven,
  rsqrt,
  select,
  shiftLeft,
  shiftRightArithmetic,
  shiftRightLogical,
  sign,
  sine,
  sqrt,
  subtract,
  tanh,
  xor,
  type Comparison,
} from './elementwise.js';
export {
  bitcastConvert,
  broadcastInDim,
  broadcastTo,
  concatenate,
  iota,
  pad,
  reshape,
  reverse,
  slice,
  transpose,
} from './shape.js';
export { dynamicSlice, dynamicUpdateSlice } from './dynamic.js';
export { gather, take, type GatherOptions } from './gather.js';
export { addRows, scatter, type ScatterOptions } from './scatter.js';
export { dotGeneral, type DotOptions, type Precision } from './contraction.js';
export { convolution, type ConvolutionOptions } from './convolution.js';
export { reduce, reduceWith, type Reduction } from './reduce.js';
export { reduceWindow, selectAndScatter, type ReduceWindowOptions, type WindowOptions } from './window.js';
export { sort } from './sort.js';
export { call, ifElse, switchCase, whileLoop } from './control.js';
export { allGather, allReduce, partitionId, replicaId, type CollectiveOptions } from './collective.js';
export { customCall, optimizationBarrier, rngBitGenerator, type CustomCallOptions } from './special.js';
export { stagesOf, type Stage } from './stages.js';
export { type Exchange } from './body-steps.js';
