import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { gzipSync } from 'node:zlib';

/**
 * Gzipped bytes that a page fetches: `page` for its own module, `worker` for what every engine needs, and what each
 * engine adds.
 * @param {readonly import('esbuild').BuildResult<{ metafile: true }>[]} results - of builds that kept what they made in memory
 * @param {readonly string[]} wasmFiles
 */
export function fetchedBytes(results, wasmFiles) {
  /** @type {import('esbuild').Metafile['outputs']} */
  const outputs = Object.assign({}, ...results.map(({ metafile }) => metafile.outputs));
  const outputFiles = results.flatMap((result) => result.outputFiles ?? []);
  const sizes = new Map(outputFiles.map(({ path, contents }) => [basename(path), gzipSync(contents).length]));
  /** @type {<T>(value: T | undefined, what: string) => T} */
  const existing = (value, what) => {
    if (value === undefined) throw new Error(`fetched bytes: expected ${what}, got none`);
    return value;
  };
  const outputOf = (/** @type {string} */ name) =>
    existing(
      Object.entries(outputs).find(([path]) => basename(path) === name),
      `an output named ${name}`,
    )[1];
  /** @type {(name: string, found?: Set<string>) => Set<string>} */
  const closure = (name, found = new Set()) => {
    if (found.has(name)) return found;
    found.add(name);
    for (const { path, kind } of outputOf(name).imports)
      if (kind === 'import-statement') closure(basename(path), found);
    return found;
  };
  const sum = (/** @type {Iterable<string>} */ names) =>
    [...names].reduce((total, name) => total + existing(sizes.get(name), `a file named ${name}`), 0);
  const worker = closure('worker.js');
  const of = (/** @type {string} */ engine) => {
    const path = Object.keys(outputs).find((one) => outputs[one]?.entryPoint?.includes(`/${engine}/`));
    return sum(
      [...closure(basename(existing(path, `an output of ${engine}`)))].filter((name) => !worker.has(name)),
    );
  };
  const simd = wasmFiles.find((file) => file.endsWith('wasm-simd.wasm') && !file.includes('threaded'));
  return {
    page: sum(closure('index.js')),
    worker: sum(worker),
    webgpu: of('tfjs-backend-webgpu'),
    webgl: of('tfjs-backend-webgl'),
    wasm: of('tfjs-backend-wasm') + gzipSync(readFileSync(existing(simd, 'a file of WebAssembly'))).length,
    cpu: of('tfjs-backend-cpu'),
  };
}
