import type { CApi, Pointer } from './c-api.js';
import { TensorFlowError } from './errors.js';

/** An op's attribute as tfjs's kernels give it (tfjs_binding.d.ts: TFEOpAttr). */
export interface OpAttribute {
  readonly name: string;
  readonly type: number;
  readonly value: unknown;
}

/** The attribute kinds of TFJSBinding; the numbers are this package's own. */
export const TF_ATTR_STRING = 0;
export const TF_ATTR_INT = 1;
export const TF_ATTR_FLOAT = 2;
export const TF_ATTR_BOOL = 3;
export const TF_ATTR_TYPE = 4;
export const TF_ATTR_SHAPE = 5;
export const TF_ATTR_RESOURCE = 6;

interface Setters {
  readonly type: CApi['opSetType'] | CApi['setType'];
  readonly int: CApi['opSetInt'] | CApi['setInt'];
  readonly float: CApi['opSetFloat'] | CApi['setFloat'];
  readonly bool: CApi['opSetBool'] | CApi['setBool'];
  readonly string: CApi['opSetString'] | CApi['setString'];
  readonly intList: CApi['opSetIntList'] | CApi['setIntList'];
  readonly shape: (op: Pointer, name: string, dims: readonly number[], count: number) => void;
}

/** Setters for eager ops. */
export function eagerSetters(api: CApi, status: Pointer): Setters {
  return {
    type: api.opSetType,
    int: api.opSetInt,
    float: api.opSetFloat,
    bool: api.opSetBool,
    string: api.opSetString,
    intList: api.opSetIntList,
    shape: (op, name, dims, count) => api.opSetShape(op, name, dims, count, status),
  };
}

/** Setters for the nodes of a graph. */
export function graphSetters(api: CApi): Setters {
  return {
    type: api.setType,
    int: api.setInt,
    float: api.setFloat,
    bool: api.setBool,
    string: api.setString,
    intList: api.setIntList,
    shape: api.setShape,
  };
}

const isList = (value: unknown): value is ArrayLike<number> =>
  Array.isArray(value) || ArrayBuffer.isView(value);

export function setAttribute(
  setters: Setters,
  op: Pointer,
  opName: string,
  { name, type, value }: OpAttribute,
): void {
  switch (type) {
    case TF_ATTR_TYPE:
      setters.type(op, name, value as number);
      return;
    case TF_ATTR_INT:
      if (isList(value)) setters.intList(op, name, Array.from(value), value.length);
      else setters.int(op, name, Math.trunc(Number(value)));
      return;
    case TF_ATTR_FLOAT:
      setters.float(op, name, value as number);
      return;
    case TF_ATTR_BOOL:
      setters.bool(op, name, value ? 1 : 0);
      return;
    case TF_ATTR_STRING: {
      const bytes = Buffer.from(String(value));
      setters.string(op, name, bytes, bytes.length);
      return;
    }
    case TF_ATTR_SHAPE: {
      const dims = Array.from(value as ArrayLike<number>);
      setters.shape(op, name, dims, dims.length);
      return;
    }
    default:
      throw new TensorFlowError(
        'BAD_ATTRIBUTE',
        `${opName}: expected attribute ${name} of a known kind, got kind ${type}`,
        { kind: 'failed' },
      );
  }
}
