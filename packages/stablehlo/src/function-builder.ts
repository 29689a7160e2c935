import { Block, type OpSink, type Region, type Value } from './block.js';
import type { BodyOp, Exchange } from './body-steps.js';
import { badModule, outOfScope, shapeMismatch } from './errors.js';
import { functionText, type Donation } from './function-text.js';
import { locationText } from './location.js';
import { shardingText, type Mesh, type Sharding } from './sharding.js';
import { sameType, typeText, type TensorType } from './tensor-type.js';

export interface ArgumentOptions {
  /** In the text; `arg0` and so on if absent. Letters, digits and `_`; other characters become `_`. */
  readonly name?: string;
  /** See `FunctionBuilder.donate`. */
  readonly donate?: boolean;
  /** How the argument lies on the module's mesh; the compiler chooses if absent. */
  readonly sharding?: Sharding;
}

export interface ReturnOptions {
  /** How each result lies on the module's mesh; the compiler chooses where absent. */
  readonly shardings?: readonly (Sharding | undefined)[];
}

interface Argument {
  readonly value: Value;
  readonly sharding: string | undefined;
  donation: Donation;
}

/** What a function knows of its module. */
export interface ModuleSettings {
  readonly replicas: number;
  readonly partitions: number;
  readonly mesh: Mesh | null;
  nextChannel(): number;
}

/** One function of a module: arguments, ops in the order of the calls, results. */
export class FunctionBuilder implements OpSink {
  readonly body: Block;
  private readonly arguments: Argument[] = [];
  private readonly scopes: string[] = [];
  private block: Block;
  private names = 0;
  /** Ops and exchanges of the body, in the order of the calls. */
  readonly steps: (BodyOp | Exchange)[] = [];
  /** Values of the body that regions took since the last op of the body. */
  private readonly takenByRegions = new Set<Value>();
  private results: readonly Value[] | null = null;
  private resultShardings: readonly (string | undefined)[] = [];
  private ops = 0;

  constructor(
    private readonly module: ModuleSettings,
    readonly name: string,
    readonly visibility: 'public' | 'private',
  ) {
    this.body = new Block(this, null, 'function');
    this.block = this.body;
  }

  /** Ops so far, those of regions among them. */
  get operationCount(): number {
    return this.ops;
  }

  /** Where ops go: the body, or the region that is being built. */
  get current(): Block {
    return this.block;
  }

  get replicas(): number {
    return this.module.replicas;
  }

  get partitions(): number {
    return this.module.partitions;
  }

  /** A number of its own for a collective across partitions. */
  nextChannel(): number {
    return this.module.nextChannel();
  }

  get argumentTypes(): readonly TensorType[] {
    return this.arguments.map(({ value }) => value.type);
  }

  /** @throws BAD_MODULE before `return` */
  get resultTypes(): readonly TensorType[] {
    if (this.results === null) throw badModule(`function ${this.name}`, 'a return', 'none');
    return this.results.map(({ type }) => type);
  }

  /** @throws BAD_ATTRIBUTE of a sharding that does not fit */
  argument(type: TensorType, { name, donate = false, sharding }: ArgumentOptions = {}): Value {
    const index = this.arguments.length;
    const plain = `%${(name ?? `arg${index}`).replace(/\W/g, '_').replace(/^(?=\d)/, 'arg_')}`;
    const taken = this.arguments.some(({ value }) => value.name === plain);
    const value = this.body.newValue(type, taken ? `${plain}_${index}` : plain);
    const text = sharding && this.shardingText(value.name, type, sharding);
    this.arguments.push({ value, sharding: text, donation: undefined });
    if (donate) this.donate(value);
    return value;
  }

  /**
   * Gives an argument's memory away: the caller's buffer is gone after the call.
   * @param argument - of this function, which is the module's main one
   * @param result - index of the result that takes the memory, of the same type. Without one the compiler chooses, or
   *   gives the memory to intermediate values.
   * @throws BAD_MODULE if the value is no argument, SHAPE_MISMATCH at `return` if the types differ
   */
  donate(argument: Value, result?: number): void {
    const found = this.arguments.find(({ value }) => value === argument);
    if (!found) throw badModule(`donate in ${this.name}`, 'an argument of the function', String(argument));
    const taken = this.arguments.find(
      (one) => one !== found && result !== undefined && one.donation === result,
    );
    if (taken) {
      throw badModule(
        `donate in ${this.name}`,
        `one argument for result ${result}`,
        `${taken.value.name} and ${argument.name}`,
      );
    }
    found.donation = result ?? null;
    if (this.results !== null) this.checkDonations(this.results);
  }

  /**
   * Ends the function.
   * @throws BAD_MODULE if it has ended before, OUT_OF_SCOPE, SHAPE_MISMATCH of a donated argument, BAD_ATTRIBUTE of a sharding
   */
  return(results: readonly Value[], { shardings = [] }: ReturnOptions = {}): void {
    const what = `return of ${this.name}`;
    if (this.results !== null) throw badModule(what, 'one return', 'a second one');
    if (this.block !== this.body) throw badModule(what, 'no region to be open', 'one that is');
    for (const value of results) this.body.check(what, value);
    this.checkDonations(results);
    this.resultShardings = results.map(({ type }, i) => {
      const sharding = shardings[i];
      return sharding && this.shardingText(`result ${i}`, type, sharding);
    });
    this.results = [...results];
  }

  /** Names the ops that `act` makes: `scope/op` in profiles and messages of the compiler. Scopes nest. */
  scope<T>(name: string, act: () => T): T {
    this.scopes.push(name);
    try {
      return act();
    } finally {
      this.scopes.pop();
    }
  }

  emit(
    op: string,
    operands: readonly Value[],
    resultTypes: readonly TensorType[],
    text: string | readonly string[],
  ): readonly Value[] {
    this.checkOpen(op);
    const { block } = this;
    for (const operand of operands) block.check(op, operand);
    const lines = typeof text === 'string' ? [text] : text;
    const at = block.lines.length;
    const name = this.nextName();
    const count = resultTypes.length;
    const left = count === 0 ? '' : count === 1 ? `${name} = ` : `${name}:${count} = `;
    const location = locationText([...this.scopes, op]);
    const [first = '', ...rest] = lines;
    block.write(left + first);
    block.lines.push(...rest);
    block.lines.push(`${block.lines.pop()!} ${location}`);
    this.ops++;
    const results = resultTypes.map((type, i) => block.newValue(type, count === 1 ? name : `${name}#${i}`));
    if (block !== this.body) this.noteTaken(operands);
    else {
      const taken = [...operands, ...this.takenByRegions];
      this.steps.push({ first: at, end: block.lines.length, operands: taken, results });
      this.takenByRegions.clear();
    }
    return results;
  }

  region(
    kind: 'open' | 'closed',
    argumentTypes: readonly TensorType[],
    build: (...values: Value[]) => readonly Value[],
  ): Region {
    this.checkOpen('region');
    const outer = this.block;
    const block = new Block(this, outer, kind);
    this.block = block;
    try {
      const values = argumentTypes.map((type) => block.newValue(type));
      const results = build(...values);
      for (const value of results) block.check('end of a region', value);
      this.noteTaken(results);
      return { block, values, results };
    } finally {
      this.block = outer;
    }
  }

  /**
   * Lets a value leave the program, and goes on with what comes back for it, such as a sum over several processes: whoever runs it does
   * that between its stages (`stagesOf`).
   * @throws OUT_OF_SCOPE, BAD_MODULE in a region
   */
  exchange(given: Value, how: unknown): Value {
    this.checkOpen('exchange');
    if (this.block !== this.body)
      throw badModule(`exchange in ${this.name}`, 'no region to be open', 'one that is');
    this.body.check('exchange', given);
    const result = this.body.newValue(given.type);
    this.steps.push({ given, result, how });
    return result;
  }

  get argumentValues(): readonly Value[] {
    return this.arguments.map(({ value }) => value);
  }

  /** @throws BAD_MODULE before `return` */
  get resultValues(): readonly Value[] {
    if (this.results === null) throw badModule(`function ${this.name}`, 'a return', 'none');
    return this.results;
  }

  /** Where an argument's memory goes. */
  donationOf(argument: Value): Donation {
    return this.arguments.find(({ value }) => value === argument)?.donation;
  }

  nextName(): string {
    return `%${this.names++}`;
  }

  /** @throws BAD_MODULE before `return`, and where it has exchanges: its text is that of its stages */
  toString(): string {
    const { resultValues } = this;
    if (this.steps.some((step) => 'how' in step))
      throw badModule(`function ${this.name}`, 'no exchanges', 'some', 'Take the text of its stages.');
    return functionText(this, {
      arguments: this.arguments,
      lines: this.body.lines,
      results: resultValues.map((value, i) => ({ value, sharding: this.resultShardings[i] })),
    });
  }

  private shardingText(what: string, type: TensorType, sharding: Sharding): string {
    return shardingText(`${what} of ${this.name}`, type, sharding, this.module.mesh ?? {});
  }

  private noteTaken(values: readonly Value[]): void {
    for (const value of values) if (value.block === this.body) this.takenByRegions.add(value);
  }

  private checkOpen(what: string): void {
    if (this.results !== null) {
      throw outOfScope(what, `an op before the return of ${this.name}`, 'one after it');
    }
  }

  private checkDonations(results: readonly Value[]): void {
    for (const { value, donation } of this.arguments) {
      if (typeof donation !== 'number') continue;
      const taker = results[donation];
      if (!taker || !sameType(taker.type, value.type)) {
        throw shapeMismatch(
          `donate in ${this.name}`,
          `result ${donation} of type ${typeText(value.type)} for ${value.name}`,
          taker ? typeText(taker.type) : `${results.length} results`,
        );
      }
    }
  }
}
