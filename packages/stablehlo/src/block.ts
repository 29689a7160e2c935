import type { ElementType } from './element-type.js';
import { outOfScope } from './errors.js';
import { typeText, type TensorType } from './tensor-type.js';

/** What an op gives or a function takes: a name in the text, and a type. Made by functions and ops only. */
export class Value {
  constructor(
    /** As the text has it: `%12`, `%3#1`, `%x`. */
    readonly name: string,
    readonly type: TensorType,
    /** Where it exists: there and in the regions inside. */
    readonly block: Block,
  ) {}

  get shape(): readonly number[] {
    return this.type.shape;
  }

  get rank(): number {
    return this.type.shape.length;
  }

  get elementType(): ElementType {
    return this.type.elementType;
  }

  toString(): string {
    return `${this.name}: ${typeText(this.type)}`;
  }
}

/** A region that was built: its block, which holds the lines, its arguments, and what it gives back. */
export interface Region {
  readonly block: Block;
  readonly values: readonly Value[];
  readonly results: readonly Value[];
}

/** Where ops are written to: a function, at the place it has reached. */
export interface OpSink {
  readonly name: string;
  readonly current: Block;
  readonly replicas: number;
  readonly partitions: number;
  nextName(): string;
  nextChannel(): number;
  /**
   * Writes an op and gives its results.
   * @param op - its name, for errors and the location
   * @param text - what stands right of the equals sign; with regions, their lines follow, indented
   * @throws OUT_OF_SCOPE if an operand does not exist here
   */
  emit(
    op: string,
    operands: readonly Value[],
    resultTypes: readonly TensorType[],
    text: string | readonly string[],
  ): readonly Value[];
  /**
   * Builds a region of the op that comes next.
   * @param build - gets the region's arguments, returns what it gives back
   */
  region(
    kind: 'open' | 'closed',
    argumentTypes: readonly TensorType[],
    build: (...values: Value[]) => readonly Value[],
  ): Region;
}

/**
 * A list of ops: the body of a function, or a region inside an op.
 * What a region of `reduce` and its like computes depends on its arguments alone (`closed`): XLA takes no other
 * value in there. Branches and loops may use every value around them.
 */
export class Block {
  /** Lines of text, indented. */
  readonly lines: string[] = [];
  /** Constants made here, by their text: one of each. */
  readonly constants = new Map<string, Value>();
  readonly depth: number;

  constructor(
    readonly owner: OpSink,
    readonly parent: Block | null,
    readonly kind: 'function' | 'open' | 'closed',
  ) {
    this.depth = parent === null ? 2 : parent.depth + 1;
  }

  newValue(type: TensorType, name = this.owner.nextName()): Value {
    return new Value(name, type, this);
  }

  get indent(): string {
    return '  '.repeat(this.depth);
  }

  write(line: string): void {
    this.lines.push(this.indent + line);
  }

  /** @throws OUT_OF_SCOPE if the value belongs to another function, a region that has ended, or one around a closed one */
  check(what: string, value: Value): void {
    if (value.block.owner !== this.owner) {
      throw outOfScope(
        what,
        `a value of the function ${this.owner.name}`,
        `${value.toString()} of ${value.block.owner.name}`,
      );
    }
    if (this.visible().includes(value.block)) return;
    const outside = this.lineage().includes(value.block);
    throw outOfScope(
      what,
      outside ? 'arguments and constants of the region' : 'a value that exists here',
      `${value.toString()} of ${outside ? 'the code around it' : 'a region that has ended'}`,
      outside ? 'Make constants inside the region: a reduction may not use values from outside.' : undefined,
    );
  }

  /** This block and those whose values may be used in it, the innermost first. */
  visible(): readonly Block[] {
    return this.kind === 'closed' || this.parent === null ? [this] : [this, ...this.parent.visible()];
  }

  private lineage(): readonly Block[] {
    return this.parent === null ? [this] : [this, ...this.parent.lineage()];
  }
}
