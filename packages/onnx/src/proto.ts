import * as protobuf from 'protobufjs/light';

/*
 * The messages of onnx.proto3 (github:onnx/onnx) that a model needs, with its field numbers and names.
 */

const string = 'string';
const int64 = 'int64';

type Field = readonly [id: number, type: string, rule?: 'repeated'];

const fieldsOf = (fields: Readonly<Record<string, Field>>): Record<string, protobuf.IField> =>
  Object.fromEntries(
    Object.entries(fields).map(([name, [id, type, rule]]) => [name, { id, type, ...(rule && { rule }) }]),
  );

const root = protobuf.Root.fromJSON({
  nested: {
    onnx: {
      // proto3 leaves numbers of repeated fields packed, as the schema's own do.
      options: { syntax: 'proto3' },
      nested: {
        ModelProto: {
          fields: fieldsOf({
            irVersion: [1, int64],
            opsetImport: [8, 'OperatorSetIdProto', 'repeated'],
            producerName: [2, string],
            docString: [6, string],
            graph: [7, 'GraphProto'],
            metadataProps: [14, 'StringStringEntryProto', 'repeated'],
          }),
        },
        OperatorSetIdProto: { fields: fieldsOf({ domain: [1, string], version: [2, int64] }) },
        StringStringEntryProto: { fields: fieldsOf({ key: [1, string], value: [2, string] }) },
        GraphProto: {
          fields: fieldsOf({
            node: [1, 'NodeProto', 'repeated'],
            name: [2, string],
            initializer: [5, 'TensorProto', 'repeated'],
            docString: [10, string],
            input: [11, 'ValueInfoProto', 'repeated'],
            output: [12, 'ValueInfoProto', 'repeated'],
          }),
        },
        NodeProto: {
          fields: fieldsOf({
            input: [1, string, 'repeated'],
            output: [2, string, 'repeated'],
            name: [3, string],
            opType: [4, string],
            attribute: [5, 'AttributeProto', 'repeated'],
          }),
        },
        AttributeProto: {
          fields: fieldsOf({
            name: [1, string],
            f: [2, 'float'],
            i: [3, int64],
            s: [4, 'bytes'],
            floats: [7, 'float', 'repeated'],
            ints: [8, int64, 'repeated'],
            type: [20, 'AttributeType'],
          }),
        },
        AttributeType: { values: { UNDEFINED: 0, FLOAT: 1, INT: 2, STRING: 3, FLOATS: 6, INTS: 7 } },
        TensorProto: {
          fields: fieldsOf({
            dims: [1, int64, 'repeated'],
            dataType: [2, 'int32'],
            name: [8, string],
            rawData: [9, 'bytes'],
          }),
        },
        ValueInfoProto: {
          fields: fieldsOf({ name: [1, string], type: [2, 'TypeProto'], docString: [3, string] }),
        },
        TypeProto: { fields: fieldsOf({ tensorType: [1, 'TensorTypeProto'] }) },
        TensorTypeProto: { fields: fieldsOf({ elemType: [1, 'int32'], shape: [2, 'TensorShapeProto'] }) },
        TensorShapeProto: { fields: fieldsOf({ dim: [1, 'DimensionProto', 'repeated'] }) },
        DimensionProto: { fields: fieldsOf({ dimValue: [1, int64], dimParam: [2, string] }) },
      },
    },
  },
});

/** TensorProto.DataType. */
export const dataTypes = { float32: 1, int32: 6, int64: 7, bool: 9, float16: 10 } as const;
export type ElementType = keyof typeof dataTypes;

/** @param model - a ModelProto, with the names above */
export function encodeModel(model: Readonly<Record<string, unknown>>): Uint8Array {
  const type = root.lookupType('onnx.ModelProto');
  return type.encode(type.fromObject(model)).finish();
}
