import { execFileSync } from 'node:child_process';

/** A tensor as JSON has it. */
export interface OnnxValues {
  readonly dims: readonly number[];
  readonly data: readonly number[];
}

/** A model, and what it is given by name. */
export interface OnnxRun {
  /** Path of the model. */
  readonly model: string;
  readonly inputs: Readonly<Record<string, OnnxValues & { readonly type: 'float32' | 'int64' }>>;
}

/**
 * What onnxruntime makes of models, one after the other: outputs by name. It needs the package `onnxruntime-web`, which loads
 * WebAssembly as an ES module, and so runs in a process of its own.
 */
export function runOnnx(runs: readonly OnnxRun[]): readonly Readonly<Record<string, OnnxValues>>[] {
  const printed = execFileSync(process.execPath, ['--eval', program, require.resolve('onnxruntime-web')], {
    input: JSON.stringify(runs),
    maxBuffer: 2 ** 30,
    encoding: 'utf8',
  });
  return JSON.parse(printed) as Record<string, OnnxValues>[];
}

/** As text, so that it starts from published files and from TypeScript sources alike. */
const program = `'use strict';
const { readFileSync } = require('node:fs');
const ort = require(process.argv[1]);

const typed = { float32: (data) => Float32Array.from(data), int64: (data) => BigInt64Array.from(data, BigInt) };

async function run({ model, inputs }) {
  const session = await ort.InferenceSession.create(readFileSync(model));
  const given = session.inputNames.map((name) => {
    const { type, dims, data } = inputs[name];
    return [name, new ort.Tensor(type, typed[type](data), dims)];
  });
  const results = Object.entries(await session.run(Object.fromEntries(given)));
  return Object.fromEntries(results.map(([name, { dims, data }]) => [name, { dims, data: Array.from(data, Number) }]));
}

(async () => {
  ort.env.wasm.numThreads = 1;
  const outputs = [];
  for (const one of JSON.parse(readFileSync(0, 'utf8'))) outputs.push(await run(one));
  process.stdout.write(JSON.stringify(outputs));
})();
`;
