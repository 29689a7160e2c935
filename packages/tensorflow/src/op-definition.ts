import { bufferBytes } from './buffer-bytes.js';
import type { CApi, Pointer } from './c-api.js';
import type { Status } from './status.js';

/** One input of an op: a single tensor, a list as long as an attribute says, or a list of mixed types. */
export interface InputDefinition {
  /** Attribute that holds the list's length. */
  readonly numberAttribute?: string;
  /** Attribute that holds the list's types. */
  readonly typeListAttribute?: string;
}

interface Field {
  readonly number: number;
  readonly bytes: Uint8Array;
}

/** The length-delimited fields of a protobuf message; the others are passed over. */
function* messageFields(message: Uint8Array): Generator<Field> {
  let at = 0;
  const varint = (): number => {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = message[at++]!;
      value += (byte & 127) * scale;
      if (byte < 128) return value;
      scale *= 128;
    }
  };
  while (at < message.length) {
    const tag = varint();
    const number = Math.floor(tag / 8);
    switch (tag % 8) {
      case 0:
        varint();
        break;
      case 1:
        at += 8;
        break;
      case 5:
        at += 4;
        break;
      default: {
        const length = varint();
        yield { number, bytes: message.subarray(at, at + length) };
        at += length;
      }
    }
  }
}

/** OpDef (tensorflow/core/framework/op_def.proto): input_arg = 2; of ArgDef: number_attr = 5, type_list_attr = 6. */
function parseInputs(definition: Uint8Array): InputDefinition[] {
  const inputs: InputDefinition[] = [];
  for (const field of messageFields(definition)) {
    if (field.number !== 2) continue;
    const input: { numberAttribute?: string; typeListAttribute?: string } = {};
    for (const { number, bytes } of messageFields(field.bytes)) {
      if (number === 5) input.numberAttribute = Buffer.from(bytes).toString();
      if (number === 6) input.typeListAttribute = Buffer.from(bytes).toString();
    }
    inputs.push(input);
  }
  return inputs;
}

/** Which inputs an op takes, from the library itself: no table to fall behind it. */
export function readInputs(api: CApi, graph: Pointer, op: string, status: Status): InputDefinition[] {
  const buffer = api.newBuffer();
  try {
    api.opDefinition(graph, op, buffer, status.pointer);
    status.check(() => `op ${op}`);
    return parseInputs(bufferBytes(api, buffer));
  } finally {
    api.deleteBuffer(buffer);
  }
}
