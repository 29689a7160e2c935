/** The element types that this package knows, by their names in StableHLO. `i1` is a truth value. */
export const elementTypes = [
  'i1',
  'i8',
  'i16',
  'i32',
  'i64',
  'ui8',
  'ui16',
  'ui32',
  'ui64',
  'f16',
  'bf16',
  'f32',
  'f64',
] as const;

export type ElementType = (typeof elementTypes)[number];

/** Bits that one element takes in memory: a truth value takes a byte there. */
export function bitWidth(type: ElementType): number {
  return type === 'i1' ? 8 : Number(/\d+$/.exec(type)![0]);
}

export const isFloat = (type: ElementType): boolean => type.startsWith('f') || type === 'bf16';
export const isUnsigned = (type: ElementType): boolean => type.startsWith('u');
export const isBoolean = (type: ElementType): boolean => type === 'i1';
export const isInteger = (type: ElementType): boolean => !isFloat(type) && !isBoolean(type);
