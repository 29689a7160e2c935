import { quoted } from './attribute-text.js';
import { badAttribute, badModule } from './errors.js';
import { FunctionBuilder } from './function-builder.js';
import { meshSize, meshText, type Mesh } from './sharding.js';

export interface ModuleOptions {
  /** Copies of the program that run side by side, on one device each; default 1. */
  readonly replicas?: number;
  /** Parts that one copy is split into; default: as many as the mesh has, else 1. */
  readonly partitions?: number;
  /**
   * How the partitions are laid out, for arguments and results with a sharding: the module is written as if for one device,
   * and the compiler divides it.
   */
  readonly mesh?: Mesh;
}

/** A StableHLO module: functions, the public `main` among them. `toString` is its text. */
export class ModuleBuilder {
  readonly functions: FunctionBuilder[] = [];
  readonly replicas: number;
  readonly partitions: number;
  readonly mesh: Mesh | null;
  private channels = 0;

  constructor(
    readonly name: string,
    { replicas = 1, mesh, partitions: given }: ModuleOptions = {},
  ) {
    const size = mesh ? meshSize(`module ${name}`, mesh) : null;
    const partitions = given ?? size ?? 1;
    for (const count of [replicas, partitions]) {
      if (!Number.isSafeInteger(count) || count < 1) {
        throw badAttribute(`module ${name}`, 'replicas and partitions of 1 or more', String(count));
      }
    }
    if (size !== null && size !== partitions) {
      const got = `${partitions} for a mesh of ${size}`;
      throw badAttribute(`module ${name}`, 'as many partitions as the mesh has', got);
    }
    this.replicas = replicas;
    this.partitions = partitions;
    this.mesh = mesh ?? null;
  }

  /** The function that runs. */
  main(): FunctionBuilder {
    return this.add('main', 'public');
  }

  /** A function that others of this module call; end it with `return` before it is called. */
  function(name: string): FunctionBuilder {
    return this.add(name, 'private');
  }

  /** Each collective across partitions needs a number of its own, from 1. */
  nextChannel(): number {
    return ++this.channels;
  }

  /** @throws BAD_MODULE if there is no main function, or a function has not ended */
  toString(): string {
    return this.textWith(this.name, String(this.mainFunction));
  }

  /** The function that runs. @throws BAD_MODULE if there is none */
  get mainFunction(): FunctionBuilder {
    const main = this.functions.find(({ name }) => name === 'main');
    if (!main) throw badModule(`module ${this.name}`, 'a main function', 'none');
    return main;
  }

  /** The text of a module of another name whose main function is another one, and whose other functions are these. */
  textWith(name: string, main: string): string {
    const attributes = `mhlo.num_partitions = ${this.partitions} : i32, mhlo.num_replicas = ${this.replicas} : i32`;
    // A symbol with other characters than these is written in quotes.
    const symbol = /^[A-Za-z_][\w$.]*$/.test(name) ? name : quoted(name);
    const functions = this.functions.map((one) => (one.name === 'main' ? main : String(one)));
    const body = [...(this.mesh ? [`  ${meshText(this.mesh)}`] : []), ...functions];
    return `module @${symbol} attributes {${attributes}} {\n${body.join('\n')}\n}\n`;
  }

  private add(name: string, visibility: 'public' | 'private'): FunctionBuilder {
    if (!/^[A-Za-z_]\w*$/.test(name)) {
      throw badModule(`module ${this.name}`, 'a function name of letters, digits and _', name);
    }
    if (this.functions.some((one) => one.name === name)) {
      throw badModule(`module ${this.name}`, 'names of functions to differ', `a second ${name}`);
    }
    const builder = new FunctionBuilder(this, name, visibility);
    this.functions.push(builder);
    return builder;
  }
}
