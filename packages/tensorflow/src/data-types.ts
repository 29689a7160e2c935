/** TF_DataType (tensorflow/c/tf_datatype.h), the part that tfjs knows. */
export const TF_FLOAT = 1;
export const TF_INT32 = 3;
export const TF_UINT8 = 4;
export const TF_STRING = 7;
export const TF_COMPLEX64 = 8;
export const TF_INT64 = 9;
export const TF_BOOL = 10;
export const TF_BFLOAT16 = 14;
export const TF_RESOURCE = 20;

const names: Readonly<Record<number, string>> = {
  [TF_FLOAT]: 'float32',
  2: 'float64',
  [TF_INT32]: 'int32',
  [TF_UINT8]: 'uint8',
  [TF_STRING]: 'string',
  [TF_COMPLEX64]: 'complex64',
  [TF_INT64]: 'int64',
  [TF_BOOL]: 'bool',
  [TF_BFLOAT16]: 'bfloat16',
  19: 'float16',
  [TF_RESOURCE]: 'resource',
};

/** For messages: `float32`, or the number where tfjs has no name. */
export function dataTypeName(type: number): string {
  return names[type] ?? `TF_DataType ${type}`;
}

const widths: Readonly<Record<number, number>> = {
  [TF_FLOAT]: 4,
  2: 8,
  [TF_INT32]: 4,
  [TF_UINT8]: 1,
  [TF_COMPLEX64]: 8,
  [TF_INT64]: 8,
  [TF_BOOL]: 1,
};

/** Bytes of one element; undefined for strings and resources. */
export function dataTypeWidth(type: number): number | undefined {
  return widths[type];
}

/** TF_DataType of tfjs's type. */
export function dataTypeOf(dtype: string): number {
  const entry = Object.entries(names).find(([, name]) => name === dtype);
  return Number(entry?.[0] ?? 0);
}
