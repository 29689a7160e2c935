import { torchDamaged, torchUnsupported } from './errors.js';

/**
 * A reader of Python pickles (protocols 2 to 4) that runs nothing: it knows the opcodes that plain data needs, and
 * every reference to a Python object goes to `resolveGlobal`, which refuses by throwing. Opcodes after the
 * documentation in CPython's Lib/pickletools.py.
 *
 * None is null; tuples and lists are arrays; dicts are Maps, since their keys need not be strings; integers beyond
 * 2^53 are bigints.
 */
export interface PickleHandlers {
  /** What a global stands for when it is called; throws if it is not allowed. */
  resolveGlobal(module: string, name: string): PickleGlobal;
  /** What a persistent id (of an object outside the pickle) stands for. */
  persistentLoad(id: unknown): unknown;
}

export class PickleGlobal {
  constructor(
    readonly name: string,
    readonly call: (args: readonly unknown[]) => unknown,
  ) {}
}

/** The bytes end before the pickle does: in a stream, more of them may help. */
export class PickleEndsEarly extends Error {}

const mark = Symbol('mark');

/** Bytes; the longest of torch.save, its magic number, has 10, and to read longer ones takes the square of their length. */
const longestInteger = 256;

/**
 * @param begin - where in `bytes` the pickle starts
 * @returns the value, and where the pickle ends
 * @throws PickleEndsEarly, TORCH_FILE_DAMAGED, TORCH_UNSUPPORTED, what the handlers throw
 */
export function unpickle(
  bytes: Uint8Array,
  begin: number,
  where: string,
  handlers: PickleHandlers,
): { readonly value: unknown; readonly end: number } {
  const machine = new PickleMachine(bytes, begin, where, handlers);
  while (!machine.step());
  return { value: machine.result, end: machine.position };
}

class PickleMachine {
  position: number;
  result: unknown;
  private readonly view: DataView;
  private readonly stack: unknown[] = [];
  private readonly memo = new Map<number, unknown>();

  constructor(
    private readonly bytes: Uint8Array,
    begin: number,
    private readonly where: string,
    private readonly handlers: PickleHandlers,
  ) {
    this.position = begin;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Runs one opcode; true after STOP. */
  step(): boolean {
    const at = this.position;
    const opcode = this.uint8();
    switch (opcode) {
      case 0x80: {
        // PROTO
        const protocol = this.uint8();
        if (protocol < 2 || protocol > 4)
          throw torchUnsupported(this.where, 'pickle protocol 2 to 4', `protocol ${protocol}`);
        break;
      }
      case 0x2e: // STOP
        this.result = this.pop();
        return true;
      case 0x95: // FRAME
        this.skip(8);
        break;
      case 0x28: // MARK
        this.stack.push(mark);
        break;
      case 0x30: // POP
        this.pop(true);
        break;
      case 0x31: // POP_MARK
        this.popToMark();
        break;
      case 0x32: // DUP
        this.stack.push(this.top());
        break;
      case 0x4e: // NONE
        this.stack.push(null);
        break;
      case 0x88: // NEWTRUE
        this.stack.push(true);
        break;
      case 0x89: // NEWFALSE
        this.stack.push(false);
        break;
      case 0x4a: // BININT
        this.stack.push(this.view.getInt32(this.skip(4), true));
        break;
      case 0x4b: // BININT1
        this.stack.push(this.uint8());
        break;
      case 0x4d: // BININT2
        this.stack.push(this.view.getUint16(this.skip(2), true));
        break;
      case 0x8a: // LONG1
        this.stack.push(this.long(this.uint8()));
        break;
      case 0x8b: // LONG4
        this.stack.push(this.long(this.uint32()));
        break;
      case 0x47: // BINFLOAT
        this.stack.push(this.view.getFloat64(this.skip(8), false));
        break;
      case 0x58: // BINUNICODE
        this.stack.push(this.text(this.uint32()));
        break;
      case 0x8c: // SHORT_BINUNICODE
      case 0x55: // SHORT_BINSTRING, from Python 2
        this.stack.push(this.text(this.uint8()));
        break;
      case 0x29: // EMPTY_TUPLE
      case 0x5d: // EMPTY_LIST
        this.stack.push([]);
        break;
      case 0x74: // TUPLE
        this.stack.push(this.popToMark());
        break;
      case 0x85: // TUPLE1
      case 0x86: // TUPLE2
      case 0x87: // TUPLE3
        this.stack.push(Array.from({ length: opcode - 0x84 }, () => this.pop()).reverse());
        break;
      case 0x61: {
        // APPEND
        const item = this.pop();
        this.list().push(item);
        break;
      }
      case 0x65: {
        // APPENDS
        const items = this.popToMark();
        const list = this.list();
        for (const item of items) list.push(item);
        break;
      }
      case 0x7d: // EMPTY_DICT
        this.stack.push(new Map());
        break;
      case 0x73: {
        // SETITEM
        const value = this.pop();
        const key = this.pop();
        this.dict().set(key, value);
        break;
      }
      case 0x75: {
        // SETITEMS
        const items = this.popToMark();
        if (items.length % 2 !== 0) throw this.damaged('keys with values', `${items.length} items`);
        const dict = this.dict();
        for (let i = 0; i < items.length; i += 2) dict.set(items[i], items[i + 1]);
        break;
      }
      case 0x63: {
        // GLOBAL
        const module = this.line();
        this.stack.push(this.handlers.resolveGlobal(module, this.line()));
        break;
      }
      case 0x93: {
        // STACK_GLOBAL
        const name = this.pop();
        const module = this.pop();
        if (typeof name !== 'string' || typeof module !== 'string')
          throw this.damaged('a module and a name', `${typeof module} and ${typeof name}`);
        this.stack.push(this.handlers.resolveGlobal(module, name));
        break;
      }
      case 0x52: {
        // REDUCE
        const args = this.pop();
        const callee = this.pop();
        if (!(callee instanceof PickleGlobal) || !Array.isArray(args))
          throw this.damaged('a call of a global', `one of a ${typeof callee}`);
        this.stack.push(callee.call(args));
        break;
      }
      case 0x62: // BUILD: attributes of an object; the only objects are dicts, whose attributes are not kept
        this.pop();
        this.dict();
        break;
      case 0x51: // BINPERSID
        this.stack.push(this.handlers.persistentLoad(this.pop()));
        break;
      case 0x71: // BINPUT
        this.memo.set(this.uint8(), this.top());
        break;
      case 0x72: // LONG_BINPUT
        this.memo.set(this.uint32(), this.top());
        break;
      case 0x94: // MEMOIZE
        this.memo.set(this.memo.size, this.top());
        break;
      case 0x68: // BINGET
        this.get(this.uint8());
        break;
      case 0x6a: // LONG_BINGET
        this.get(this.uint32());
        break;
      default:
        throw torchUnsupported(
          this.where,
          'a pickle of dicts, lists, numbers, strings and tensors',
          `opcode 0x${opcode.toString(16).padStart(2, '0')} at byte ${at}`,
        );
    }
    return false;
  }

  private damaged(expected: string, got: string): Error {
    return torchDamaged(`${this.where}: pickle, byte ${this.position}`, expected, got);
  }

  /** Moves over so many bytes; @returns where they start */
  private skip(length: number): number {
    const at = this.position;
    if (at + length > this.bytes.byteLength)
      throw new PickleEndsEarly(`${this.where}: pickle ends at byte ${this.bytes.byteLength}`);
    this.position += length;
    return at;
  }

  private uint8(): number {
    return this.view.getUint8(this.skip(1));
  }

  private uint32(): number {
    return this.view.getUint32(this.skip(4), true);
  }

  /** A little-endian two's-complement integer. */
  private long(length: number): number | bigint {
    if (length > longestInteger)
      throw this.damaged(`an integer of at most ${longestInteger} bytes`, `${length}`);
    const at = this.skip(length);
    let value = 0n;
    for (let i = length - 1; i >= 0; i--) value = (value << 8n) | BigInt(this.bytes[at + i]!);
    value = BigInt.asIntN(length * 8, value);
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value;
  }

  private text(length: number): string {
    const at = this.skip(length);
    return new TextDecoder().decode(this.bytes.subarray(at, at + length));
  }

  private line(): string {
    const end = this.bytes.indexOf(0x0a, this.position);
    const text = this.text((end < 0 ? this.bytes.byteLength + 1 : end) - this.position);
    this.skip(1);
    return text;
  }

  private pop(allowMark = false): unknown {
    const value = this.stack.pop();
    if (value === undefined || (value === mark && !allowMark))
      throw this.damaged('a value on the stack', value === mark ? 'a mark' : 'none');
    return value;
  }

  private top(): unknown {
    const value = this.pop();
    this.stack.push(value);
    return value;
  }

  private popToMark(): unknown[] {
    const at = this.stack.lastIndexOf(mark);
    if (at < 0) throw this.damaged('a mark on the stack', 'none');
    const values = this.stack.splice(at + 1);
    this.stack.pop();
    return values;
  }

  private list(): unknown[] {
    const value = this.top();
    if (!Array.isArray(value)) throw this.damaged('a list on the stack', typeof value);
    return value;
  }

  private dict(): Map<unknown, unknown> {
    const value = this.top();
    if (!(value instanceof Map)) throw this.damaged('a dict on the stack', typeof value);
    return value;
  }

  private get(index: number): void {
    if (!this.memo.has(index)) throw this.damaged(`memo entry ${index}`, 'none');
    this.stack.push(this.memo.get(index));
  }
}
