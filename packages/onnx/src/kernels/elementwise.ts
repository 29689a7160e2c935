import { broadcast } from '../emitter.js';
import type { Attribute, GraphValue } from '../graph.js';
import { listOf, type Inputs, type Kernel, type Kernels } from '../kernel.js';
import { unsupportedOption } from '../errors.js';
import type { ElementType } from '../proto.js';

const x = (inputs: Inputs): GraphValue => inputs['x']!;

const unary =
  (opType: string, attributes: Readonly<Record<string, Attribute>> = {}): Kernel =>
  (inputs, _, emit) =>
    emit.unary(opType, x(inputs), attributes);

const binary =
  (opType: string, result?: ElementType): Kernel =>
  ({ a, b }, _, emit) =>
    emit.binary(opType, a!, b!, result);

const not =
  (kernel: Kernel): Kernel =>
  (inputs, attributes, emit) =>
    emit.unary('Not', kernel(inputs, attributes, emit) as GraphValue);

const elementTypes: Readonly<Record<string, ElementType>> = {
  float32: 'float32',
  int32: 'int32',
  bool: 'bool',
};

/** A number for each element of a tensor. */
export const elementwise: Kernels = {
  Abs: unary('Abs'),
  Cos: unary('Cos'),
  Elu: unary('Elu', { alpha: { float: 1 } }),
  Erf: unary('Erf'),
  Exp: unary('Exp'),
  Identity: (inputs) => x(inputs),
  LeakyRelu: (inputs, { alpha }: { alpha: number }, emit) =>
    emit.unary('LeakyRelu', x(inputs), { alpha: { float: alpha } }),
  Log: unary('Log'),
  LogicalNot: unary('Not'),
  Neg: unary('Neg'),
  Reciprocal: unary('Reciprocal'),
  Relu: unary('Relu'),
  Rsqrt: (inputs, _, emit) => emit.unary('Reciprocal', emit.unary('Sqrt', x(inputs))),
  Sigmoid: unary('Sigmoid'),
  Sin: unary('Sin'),
  Softplus: unary('Softplus'),
  Sqrt: unary('Sqrt'),
  Square: (inputs, _, emit) => emit.binary('Mul', x(inputs), x(inputs)),
  Tanh: unary('Tanh'),

  Add: binary('Add'),
  Equal: binary('Equal', 'bool'),
  Greater: binary('Greater', 'bool'),
  GreaterEqual: binary('GreaterOrEqual', 'bool'),
  Less: binary('Less', 'bool'),
  LessEqual: binary('LessOrEqual', 'bool'),
  LogicalAnd: binary('And'),
  LogicalOr: binary('Or'),
  Maximum: binary('Max'),
  Minimum: binary('Min'),
  Multiply: binary('Mul'),
  NotEqual: not(binary('Equal', 'bool')),
  Pow: binary('Pow'),
  RealDiv: binary('Div'),
  Sub: binary('Sub'),
  SquaredDifference: ({ a, b }, _, emit) => {
    const difference = emit.binary('Sub', a!, b!);
    return emit.binary('Mul', difference, difference);
  },

  AddN: (inputs, _, emit) => listOf(inputs).reduce((sum, value) => emit.binary('Add', sum, value)),
  Cast: (inputs, { dtype }: { dtype: string }, emit) => {
    const to = elementTypes[dtype];
    if (!to) throw unsupportedOption('Cast', 'float32, int32 or bool', dtype);
    return emit.cast(x(inputs), to);
  },
  ClipByValue: (
    inputs,
    { clipValueMin, clipValueMax }: { clipValueMin: number; clipValueMax: number },
    emit,
  ) =>
    emit.op(
      'Clip',
      [x(inputs), emit.number(clipValueMin), emit.number(clipValueMax)],
      x(inputs).shape,
      'float32',
    ),
  Prelu: ({ x: values, alpha }, _, emit) => emit.binary('PRelu', values!, alpha!),
  Relu6: (inputs, _, emit) =>
    emit.op('Clip', [x(inputs), emit.number(0), emit.number(6)], x(inputs).shape, 'float32'),
  Select: ({ condition, t, e }, _, emit) =>
    emit.op(
      'Where',
      [condition!, t!, e!],
      broadcast(condition!.shape, broadcast(t!.shape, e!.shape)),
      t!.elementType,
    ),
};
