import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { gzipSync } from 'node:zlib';

const engines = {
  webgpu: 'tfjs-backend-webgpu',
  webgl: 'tfjs-backend-webgl',
  wasm: 'tfjs-backend-wasm',
  cpu: 'tfjs-backend-cpu',
};

/**
 * Gzipped bytes that a page fetches: `page` for its own module, `worker` for what every engine needs, and what each
 * engine adds.
 */
export function fetchedBytes(results, wasmFiles) {
  const outputs = Object.assign({}, ...results.map(({ metafile }) => metafile.outputs));
  const outputFiles = results.flatMap((result) => result.outputFiles);
  const sizes = new Map(outputFiles.map(({ path, contents }) => [basename(path), gzipSync(contents).length]));
  const outputOf = (name) => Object.entries(outputs).find(([path]) => basename(path) === name)[1];
  const closure = (name, found = new Set()) => {
    if (found.has(name)) return found;
    found.add(name);
    for (const { path, kind } of outputOf(name).imports)
      if (kind === 'import-statement') closure(basename(path), found);
    return found;
  };
  const sum = (names) => [...names].reduce((total, name) => total + sizes.get(name), 0);
  const worker = closure('worker.js');
  const of = (engine) => {
    const path = Object.keys(outputs).find((one) => outputs[one].entryPoint?.includes(`/${engine}/`));
    return sum([...closure(basename(path))].filter((name) => !worker.has(name)));
  };
  const result = { page: sum(closure('index.js')), worker: sum(worker) };
  for (const [name, engine] of Object.entries(engines)) result[name] = of(engine);
  const simd = wasmFiles.find((file) => file.endsWith('wasm-simd.wasm') && !file.includes('threaded'));
  result.wasm += gzipSync(readFileSync(simd)).length;
  return result;
}
