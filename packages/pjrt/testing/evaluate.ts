import { ModuleBuilder, tensorType, type FunctionBuilder, type Value } from '@ganymede/stablehlo';
import type { Client, ElementType, HostArray } from '../src/index.js';
import type { NdArray } from './nd-array.js';

export interface Result {
  readonly elementType: ElementType;
  readonly shape: readonly number[];
  readonly values: readonly (number | bigint)[];
}

/** float16 and bfloat16 come as bits. */
const hostArrays = {
  f32: Float32Array,
  f64: Float64Array,
  i32: Int32Array,
  ui8: Uint8Array,
  ui32: Uint32Array,
  i1: Uint8Array,
} as const;
type InputType = keyof typeof hostArrays;

/**
 * Builds a module of one function, compiles and runs it.
 * @param inputs - by name; float32 unless a type is given
 * @param build - gets the arguments by name, gives results by name
 */
export async function evaluate<I extends string, O extends string>(
  client: Client,
  inputs: Readonly<Record<I, NdArray & { readonly elementType?: InputType }>>,
  build: (values: Readonly<Record<I, Value>>, main: FunctionBuilder) => Readonly<Record<O, Value>>,
): Promise<Readonly<Record<O, Result>>> {
  const names = Object.keys(inputs) as I[];
  const main = new ModuleBuilder('test');
  const builder = main.main();
  const values = Object.fromEntries(
    names.map((name) => {
      const { elementType = 'f32', shape } = inputs[name];
      return [name, builder.argument(tensorType(elementType, shape), { name })];
    }),
  ) as Record<I, Value>;
  const results = build(values, builder);
  const keys = Object.keys(results) as O[];
  builder.return(keys.map((key) => results[key]));
  const executable = await client.compile(String(main));
  const buffers = names.map((name) => {
    const { elementType = 'f32', shape, values: numbers } = inputs[name];
    return client.upload(hostArrays[elementType].from(numbers) as HostArray, shape, { elementType });
  });
  const outputs = await executable.run(buffers);
  const read = await Promise.all(outputs.map((output) => output.read()));
  for (const one of [...buffers, ...outputs, executable]) one.dispose();
  return Object.fromEntries(
    keys.map((key, i) => {
      const { elementType, shape } = outputs[i]!.type;
      return [key, { elementType, shape, values: Array.from(read[i]! as ArrayLike<number | bigint>) }];
    }),
  ) as unknown as Record<O, Result>;
}

/** Compares shape and numbers: `relative` of the larger of 1 and the expected number. NaN equals NaN. */
export function expectClose(got: Result, expected: NdArray, relative = 2e-6): void {
  expect(got.shape).toEqual(expected.shape);
  const wrong = expected.values.flatMap((value, i) => {
    const one = Number(got.values[i]);
    const near = Object.is(one, value) || Math.abs(one - value) <= relative * Math.max(1, Math.abs(value));
    return near ? [] : [`element ${i}: expected ${value}, got ${one}`];
  });
  expect(wrong).toEqual([]);
}

/** The same of many at once; a failure names them. */
export function expectAllClose(
  results: Readonly<Record<string, Result>>,
  expected: Readonly<Record<string, NdArray>>,
  relative?: number,
): void {
  expect(Object.keys(results).sort()).toEqual(Object.keys(expected).sort());
  const failures = Object.entries(expected).flatMap(([name, one]) => {
    try {
      expectClose(results[name]!, one, relative);
      return [];
    } catch (error) {
      return [`${name}: ${(error as Error).message.slice(0, 600)}`];
    }
  });
  expect(failures).toEqual([]);
}
