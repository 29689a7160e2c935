import { elementTypes, type ElementType } from './element-type.js';
import { badAttribute } from './errors.js';

/** The type of a value: its element type and its shape. A scalar has the shape []. */
export interface TensorType {
  readonly elementType: ElementType;
  readonly shape: readonly number[];
}

/** @throws BAD_ATTRIBUTE if a size is not a whole number of 0 or more */
export function tensorType(elementType: ElementType, shape: readonly number[] = []): TensorType {
  if (!elementTypes.includes(elementType)) {
    throw badAttribute('tensorType', `an element type of ${elementTypes.join(', ')}`, String(elementType));
  }
  if (!shape.every((size) => Number.isSafeInteger(size) && size >= 0)) {
    throw badAttribute('tensorType', 'sizes of 0 or more', `[${shape.join(', ')}]`);
  }
  return { elementType, shape: [...shape] };
}

/** `tensor<2x3xf32>` */
export const typeText = ({ elementType, shape }: TensorType): string =>
  `tensor<${[...shape, elementType].join('x')}>`;

export const shapeText = (shape: readonly number[]): string => `[${shape.join(', ')}]`;

export const sameShape = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((size, i) => size === b[i]);

export const sameType = (a: TensorType, b: TensorType): boolean =>
  a.elementType === b.elementType && sameShape(a.shape, b.shape);

export const elementCount = (shape: readonly number[]): number =>
  shape.reduce((product, size) => product * size, 1);
