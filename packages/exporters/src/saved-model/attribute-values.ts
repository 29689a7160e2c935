import Pbf from 'pbf';
import { dataTypeWidth, TF_BOOL, TF_FLOAT, TF_INT32, type GraphConstant } from '@ganymede/tensorflow';
import { nested, writeNested } from './graph-def.js';

interface RawTensor {
  dtype: number;
  shape: number[];
  content: Uint8Array;
  /** Numbers that are given one by one; the last stands for all that are missing. */
  values: number[];
}

const readDimension = (field: number, dimension: { size: number }, pbf: Pbf): void => {
  if (field === 1) dimension.size = pbf.readVarint(true);
};
const readShape = (field: number, shape: number[], pbf: Pbf): void => {
  if (field === 2) shape.push(nested(pbf, readDimension, { size: 0 }).size);
};
/** TensorProto (tensorflow/core/framework/tensor.proto): half of float32, int32 and bool, which tfjs has. */
const readTensor = (field: number, tensor: RawTensor, pbf: Pbf): void => {
  if (field === 1) tensor.dtype = pbf.readVarint();
  else if (field === 2) nested(pbf, readShape, tensor.shape);
  else if (field === 4) tensor.content = pbf.readBytes();
  else if (field === 5) pbf.readPackedFloat(tensor.values);
  else if (field === 7 || field === 11) pbf.readPackedVarint(tensor.values, true);
};
const readTensorField = (field: number, tensor: RawTensor, pbf: Pbf): void => {
  if (field === 8) nested(pbf, readTensor, tensor);
};

/** The tensor of an AttrValue. @returns null of a type whose values are not looked into */
export function readConstant(attribute: Uint8Array): GraphConstant | null {
  const raw: RawTensor = { dtype: 0, shape: [], content: new Uint8Array(), values: [] };
  const { dtype, shape, content, values } = new Pbf(attribute).readFields(readTensorField as never, raw);
  const count = shape.reduce((product, size) => product * size, 1);
  if (content.length > 0 && dataTypeWidth(dtype) !== undefined)
    // A copy, which begins where numbers may begin.
    return { dtype, shape, bytes: content.slice() };
  const all = Array.from({ length: count }, (_, i) => values[i] ?? values.at(-1) ?? 0);
  const stored =
    dtype === TF_FLOAT
      ? Float32Array.from(all)
      : dtype === TF_INT32
        ? Int32Array.from(all)
        : dtype === TF_BOOL
          ? Uint8Array.from(all)
          : null;
  return stored && { dtype, shape, bytes: new Uint8Array(stored.buffer) };
}

const writeDimension = (size: number, pbf: Pbf): void => pbf.writeVarintField(1, size);
/** TensorShapeProto; -1 is a size that is not known. */
export const writeShape = (shape: readonly number[], pbf: Pbf): void => {
  for (const size of shape) writeNested(pbf, 2, writeDimension, size);
};
const writeTensor = ({ dtype, shape, bytes }: GraphConstant, pbf: Pbf): void => {
  pbf.writeVarintField(1, dtype);
  writeNested(pbf, 2, writeShape, shape);
  pbf.writeBytesField(4, bytes);
};

/** AttrValue of a tensor. */
export function constantAttribute(constant: GraphConstant): Uint8Array {
  const pbf = new Pbf();
  writeNested(pbf, 8, writeTensor, constant);
  return pbf.finish().slice();
}

/** AttrValue of a type. */
export function typeAttribute(dtype: number): Uint8Array {
  const pbf = new Pbf();
  pbf.writeVarintField(6, dtype);
  return pbf.finish().slice();
}

/** AttrValue of a shape. */
export function shapeAttribute(shape: readonly number[]): Uint8Array {
  const pbf = new Pbf();
  writeNested(pbf, 7, writeShape, shape);
  return pbf.finish().slice();
}

/** AttrValue of an integer. */
export function integerAttribute(value: number): Uint8Array {
  const pbf = new Pbf();
  pbf.writeVarintField(3, value);
  return pbf.finish().slice();
}
