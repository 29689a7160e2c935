import * as tf from '@tensorflow/tfjs';
import { dependsOnBatch } from './errors.js';
import type { Attribute, Constant, Graph, GraphValue } from './graph.js';
import { dataTypes, type ElementType } from './proto.js';

/** Adds operators to a graph: those that several kernels of tfjs are made of. */
export class Emitter {
  /** What a transposed value was before, so that turning it back costs nothing. */
  private readonly turned = new Map<
    string,
    { readonly from: GraphValue; readonly order: readonly number[] }
  >();

  /** @param counted - any input, whose first size is the number of images */
  constructor(
    readonly graph: Graph,
    private readonly counted: GraphValue,
  ) {}

  /** An operator with one result. */
  op(
    opType: string,
    inputs: readonly GraphValue[],
    shape: readonly number[],
    elementType: ElementType,
    attributes: Readonly<Record<string, Attribute>> = {},
  ): GraphValue {
    const [value] = this.graph.node(opType, inputs, [{ shape, elementType }], attributes);
    return value!;
  }

  /** Of one value, shape and type as they are. */
  unary(opType: string, x: GraphValue, attributes: Readonly<Record<string, Attribute>> = {}): GraphValue {
    return this.op(opType, [x], x.shape, x.elementType, attributes);
  }

  /** Of two that are broadcast. */
  binary(opType: string, a: GraphValue, b: GraphValue, elementType = a.elementType): GraphValue {
    return this.op(opType, [a, b], broadcast(a.shape, b.shape), elementType);
  }

  number(value: number): GraphValue {
    return this.graph.constant({ shape: [], elementType: 'float32', data: Float32Array.of(value) });
  }

  /** @throws ONNX_BATCH_DEPENDENT where two sizes follow the number of images */
  reshape(x: GraphValue, shape: readonly number[]): GraphValue {
    if (sameShape(x.shape, shape)) return x;
    const sizes = shape.map((size) => (this.graph.isBatch(size) ? -1 : size));
    if (sizes.filter((size) => size === -1).length > 1)
      throw dependsOnBatch('a reshape', `two such sizes in [${shape.join(', ')}]`);
    return this.op('Reshape', [x, this.graph.integers(sizes)], shape, x.elementType);
  }

  /** @param order - which dimension of `x` each of the result is */
  transpose(x: GraphValue, order: readonly number[]): GraphValue {
    if (order.every((from, to) => from === to)) return x;
    const constant = this.graph.constantOf(x);
    if (constant) return this.graph.constant(transposed(constant, order));
    const before = this.turned.get(x.name);
    if (before)
      return this.transpose(
        before.from,
        order.map((from) => before.order[from]!),
      );
    const shape = order.map((from) => x.shape[from]!);
    const value = this.op('Transpose', [x], shape, x.elementType, { perm: order });
    this.turned.set(value.name, { from: x, order });
    return value;
  }

  /** [B, H, W, C] to ONNX's [B, C, H, W]. */
  channelsFirst(x: GraphValue): GraphValue {
    return this.transpose(x, [0, 3, 1, 2]);
  }

  channelsLast(x: GraphValue): GraphValue {
    return this.transpose(x, [0, 2, 3, 1]);
  }

  cast(x: GraphValue, to: ElementType): GraphValue {
    if (x.elementType === to) return x;
    return this.op('Cast', [x], x.shape, to, { to: dataTypes[to] });
  }

  /** Broadcast to a shape. */
  expand(x: GraphValue, shape: readonly number[]): GraphValue {
    return sameShape(x.shape, shape) ? x : this.op('Expand', [x, this.sizes(shape)], shape, x.elementType);
  }

  /**
   * A constant as it is, unless it has a row for every image: of those one is kept, and repeated as often as there are
   * images.
   * @throws ONNX_BATCH_DEPENDENT where the rows differ
   */
  constant(constant: Constant): GraphValue {
    const axis = constant.shape.findIndex((size) => this.graph.isBatch(size));
    if (axis < 0) return this.graph.constant(constant);
    return this.expand(this.constant(firstAlong(constant, axis)), constant.shape);
  }

  /** int64 [rank]: a shape, whose sizes that follow the number of images are worked out when the model runs. */
  private sizes(shape: readonly number[]): GraphValue {
    const { graph } = this;
    if (!shape.some((size) => graph.isBatch(size))) return graph.integers(shape);
    const pieces = shape.map((size) =>
      graph.isBatch(size)
        ? this.binary('Mul', this.imageCount(), graph.integers([size / graph.batch]))
        : graph.integers([size]),
    );
    return this.op('Concat', pieces, [shape.length], 'int64', { axis: 0 });
  }

  /** int64 [1]. */
  private imageCount(): GraphValue {
    const shape = this.op('Shape', [this.counted], [this.counted.shape.length], 'int64');
    return this.op('Gather', [shape, this.graph.integers([0])], [1], 'int64', { axis: 0 });
  }
}

const sameShape = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((size, i) => size === b[i]);

export const broadcast = (a: readonly number[], b: readonly number[]): number[] =>
  tf.backend_util.assertAndGetBroadcastShape([...a], [...b]);

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

function stridesOf(shape: readonly number[]): number[] {
  return shape.map((_, i) => sizeOf(shape.slice(i + 1)));
}

function transposed({ shape, elementType, data }: Constant, order: readonly number[]): Constant {
  const to = order.map((from) => shape[from]!);
  const strides = order.map((from) => stridesOf(shape)[from]!);
  const result = data.slice();
  const index = to.map(() => 0);
  let from = 0;
  for (let i = 0; i < result.length; i++) {
    result[i] = data[from]!;
    for (let d = to.length - 1; d >= 0; d--) {
      index[d]!++;
      from += strides[d]!;
      if (index[d]! < to[d]!) break;
      from -= strides[d]! * to[d]!;
      index[d] = 0;
    }
  }
  return { shape: to, elementType, data: result };
}

/** The first of all slices along an axis, which have to be the same. */
function firstAlong({ shape, elementType, data }: Constant, axis: number): Constant {
  const inner = sizeOf(shape.slice(axis + 1));
  const outer = sizeOf(shape.slice(0, axis));
  const size = shape[axis]!;
  const first = data.slice(0, outer * inner);
  for (let o = 0; o < outer; o++)
    for (let i = 0; i < inner; i++) {
      const start = o * size * inner + i;
      first[o * inner + i] = data[start]!;
      for (let row = 1; row < size; row++)
        if (data[start + row * inner] !== data[start])
          throw dependsOnBatch('a constant', `rows that differ from image to image, [${shape.join(', ')}]`);
    }
  return { shape: shape.map((one, d) => (d === axis ? 1 : one)), elementType, data: first };
}
