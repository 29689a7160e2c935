import { torchUnsupported } from './errors.js';
import { PickleBytes } from './pickle-bytes.js';
import { PickledObject } from './pickled-object.js';

/**
 * A reader of Python pickles (protocols 2 to 4) that runs nothing: it knows the opcodes that plain data needs, and
 * every reference to a Python object goes to `resolveGlobal`, which refuses by throwing. Opcodes after the
 * documentation in CPython's Lib/pickletools.py.
 *
 * Objects, bytes and sets are read where `newObject` says what stands for an object; else they are refused.
 *
 * None is null; tuples and lists are arrays; dicts are Maps, since their keys need not be strings; integers beyond
 * 2^53 are bigints.
 */
export interface PickleHandlers {
  /** What a global stands for when it is called; throws if it is not allowed. */
  resolveGlobal(module: string, name: string): PickleGlobal;
  /** What a persistent id (of an object outside the pickle) stands for. */
  persistentLoad(id: unknown): unknown;
  /** What stands for a new object of a class; a dict's is a Map. */
  newObject?(type: PickleGlobal, args: readonly unknown[]): PickledObject | Map<unknown, unknown>;
}

export class PickleGlobal {
  constructor(
    readonly name: string,
    readonly call: (args: readonly unknown[]) => unknown,
  ) {}
}

const mark = Symbol('mark');

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
  const source = new PickleBytes(bytes, begin, where);
  const machine = new PickleMachine(source, where, handlers);
  while (!machine.step());
  return { value: machine.result, end: source.position };
}

class PickleMachine {
  result: unknown;
  private readonly stack: unknown[] = [];
  private readonly memo = new Map<number, unknown>();

  constructor(
    private readonly bytes: PickleBytes,
    private readonly where: string,
    private readonly handlers: PickleHandlers,
  ) {}

  /** Runs one opcode; true after STOP. */
  step(): boolean {
    const at = this.bytes.position;
    const opcode = this.bytes.uint8();
    switch (opcode) {
      case 0x80: {
        // PROTO
        const protocol = this.bytes.uint8();
        if (protocol < 2 || protocol > 4)
          throw torchUnsupported(this.where, 'pickle protocol 2 to 4', `protocol ${protocol}`);
        break;
      }
      case 0x2e: // STOP
        this.result = this.pop();
        return true;
      case 0x95: // FRAME
        this.bytes.skip(8);
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
        this.stack.push(this.bytes.int32());
        break;
      case 0x4b: // BININT1
        this.stack.push(this.bytes.uint8());
        break;
      case 0x4d: // BININT2
        this.stack.push(this.bytes.uint16());
        break;
      case 0x8a: // LONG1
        this.stack.push(this.bytes.long(this.bytes.uint8()));
        break;
      case 0x8b: // LONG4
        this.stack.push(this.bytes.long(this.bytes.uint32()));
        break;
      case 0x47: // BINFLOAT
        this.stack.push(this.bytes.float64());
        break;
      case 0x58: // BINUNICODE
        this.stack.push(this.bytes.text(this.bytes.uint32()));
        break;
      case 0x8c: // SHORT_BINUNICODE
      case 0x55: // SHORT_BINSTRING, from Python 2
        this.stack.push(this.bytes.text(this.bytes.uint8()));
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
      case 0x61: // APPEND
        this.append([this.pop()]);
        break;
      case 0x65: // APPENDS
        this.append(this.popToMark());
        break;
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
        if (items.length % 2 !== 0) throw this.bytes.damaged('keys with values', `${items.length} items`);
        const dict = this.dict();
        for (let i = 0; i < items.length; i += 2) dict.set(items[i], items[i + 1]);
        break;
      }
      case 0x63: {
        // GLOBAL
        const module = this.bytes.line();
        this.stack.push(this.handlers.resolveGlobal(module, this.bytes.line()));
        break;
      }
      case 0x93: {
        // STACK_GLOBAL
        const name = this.pop();
        const module = this.pop();
        if (typeof name !== 'string' || typeof module !== 'string')
          throw this.bytes.damaged('a module and a name', `${typeof module} and ${typeof name}`);
        this.stack.push(this.handlers.resolveGlobal(module, name));
        break;
      }
      case 0x52: {
        // REDUCE
        const args = this.pop();
        const callee = this.pop();
        if (!(callee instanceof PickleGlobal) || !Array.isArray(args))
          throw this.bytes.damaged('a call of a global', `one of a ${typeof callee}`);
        this.stack.push(callee.call(args));
        break;
      }
      case 0x62: {
        // BUILD: attributes of an object; those of dicts are not kept
        const attributes = this.pop();
        const object = this.top();
        if (object instanceof PickledObject) object.attributes = attributes;
        else this.dict();
        break;
      }
      case 0x51: // BINPERSID
        this.stack.push(this.handlers.persistentLoad(this.pop()));
        break;
      case 0x71: // BINPUT
        this.memo.set(this.bytes.uint8(), this.top());
        break;
      case 0x72: // LONG_BINPUT
        this.memo.set(this.bytes.uint32(), this.top());
        break;
      case 0x94: // MEMOIZE
        this.memo.set(this.memo.size, this.top());
        break;
      case 0x68: // BINGET
        this.get(this.bytes.uint8());
        break;
      case 0x6a: // LONG_BINGET
        this.get(this.bytes.uint32());
        break;
      default:
        if (this.objectStep(opcode)) break;
        throw torchUnsupported(
          this.where,
          'a pickle of dicts, lists, numbers, strings and tensors',
          `opcode 0x${opcode.toString(16).padStart(2, '0')} at byte ${at}`,
        );
    }
    return false;
  }

  /** The opcodes of objects, bytes and sets, which are lists here; @returns whether it is one */
  private objectStep(opcode: number): boolean {
    const { handlers } = this;
    if (!handlers.newObject) return false;
    switch (opcode) {
      case 0x81: {
        // NEWOBJ
        const args = this.pop();
        const type = this.pop();
        if (!(type instanceof PickleGlobal) || !Array.isArray(args))
          throw this.bytes.damaged('a new object of a class', `one of a ${typeof type}`);
        this.stack.push(handlers.newObject(type, args));
        return true;
      }
      case 0x43: // SHORT_BINBYTES
        this.stack.push(this.bytes.slice(this.bytes.uint8()));
        return true;
      case 0x42: // BINBYTES
        this.stack.push(this.bytes.slice(this.bytes.uint32()));
        return true;
      case 0x8e: // BINBYTES8
        this.stack.push(this.bytes.slice(this.bytes.uint64()));
        return true;
      case 0x8f: // EMPTY_SET
        this.stack.push([]);
        return true;
      case 0x90: // ADDITEMS
        this.append(this.popToMark());
        return true;
      default:
        return false;
    }
  }

  private pop(allowMark = false): unknown {
    const value = this.stack.pop();
    if (value === undefined || (value === mark && !allowMark))
      throw this.bytes.damaged('a value on the stack', value === mark ? 'a mark' : 'none');
    return value;
  }

  private top(): unknown {
    const value = this.pop();
    this.stack.push(value);
    return value;
  }

  private popToMark(): unknown[] {
    const at = this.stack.lastIndexOf(mark);
    if (at < 0) throw this.bytes.damaged('a mark on the stack', 'none');
    const values = this.stack.splice(at + 1);
    this.stack.pop();
    return values;
  }

  private append(items: readonly unknown[]): void {
    const list = this.top();
    if (!Array.isArray(list)) throw this.bytes.damaged('a list on the stack', typeof list);
    for (const item of items) list.push(item);
  }

  private dict(): Map<unknown, unknown> {
    const value = this.top();
    if (!(value instanceof Map)) throw this.bytes.damaged('a dict on the stack', typeof value);
    return value;
  }

  private get(index: number): void {
    if (!this.memo.has(index)) throw this.bytes.damaged(`memo entry ${index}`, 'none');
    this.stack.push(this.memo.get(index));
  }
}
