import type { Client, Device, DeviceBuffer, Executable } from '@ganymede/pjrt';
import {
  ModuleBuilder,
  reshape,
  tensorType,
  typeText,
  type Precision,
  type TensorType,
} from '@ganymede/stablehlo';
import { resultsOf, type Kernel } from './kernel.js';

/** An input of an eager op: a buffer, seen under a shape that may differ from the buffer's own. */
export interface EagerInput {
  readonly name: string;
  readonly buffer: DeviceBuffer;
  readonly shape: readonly number[];
}

export interface EagerResult {
  readonly buffer: DeviceBuffer;
  readonly type: TensorType;
}

interface Program {
  readonly executable: Executable;
  readonly types: readonly TensorType[];
}

/** Programs that are kept; the one that was used the longest ago goes first. */
const mostPrograms = 4096;

/** Ops one by one: each a module of its own, compiled once for a kernel, its attributes and the types of its inputs. */
export class EagerOps {
  private readonly programs = new Map<string, Program>();

  constructor(
    private readonly client: Client,
    private readonly device: Device,
    private readonly precision: Precision,
  ) {}

  /** Programs that are compiled. */
  get count(): number {
    return this.programs.size;
  }

  run(kernel: Kernel, inputs: readonly EagerInput[], attrs: unknown): readonly EagerResult[] {
    const types = inputs.map(({ buffer }) => typeText(tensorType(buffer.type.elementType, buffer.shape)));
    const views = inputs.map(({ name, shape }) => [name, shape]);
    const key = JSON.stringify([kernel.name, attrs, types, views]);
    const program = this.programs.get(key) ?? this.compile(kernel, inputs, attrs);
    this.programs.delete(key);
    this.programs.set(key, program);
    this.shrink();
    const buffers = program.executable.start(inputs.map(({ buffer }) => buffer));
    return buffers.map((buffer, i) => ({ buffer, type: program.types[i]! }));
  }

  private compile(kernel: Kernel, inputs: readonly EagerInput[], attrs: unknown): Program {
    const module = new ModuleBuilder(kernel.name);
    const main = module.main();
    const values = inputs.map(({ name, buffer, shape }) => {
      const type = tensorType(buffer.type.elementType, buffer.shape);
      return [name, reshape(main.argument(type, { name }), shape)] as const;
    });
    const call = { attrs: attrs as never, sink: main, precision: this.precision };
    const results = resultsOf(kernel.emit(Object.fromEntries(values), call));
    main.return(results);
    const executable = this.client.compileSync(String(module), { device: this.device });
    return { executable, types: results.map(({ type }) => type) };
  }

  private shrink(): void {
    if (this.programs.size <= mostPrograms) return;
    const oldest = this.programs.entries().next().value;
    if (!oldest) return;
    this.programs.delete(oldest[0]);
    oldest[1].executable.dispose();
  }
}
