import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { repository } from './repository.js';

const bytes = JSON.parse(
  execFileSync(process.execPath, [join(repository, 'tools/bundle-browser.mjs'), '--sizes'], {
    encoding: 'utf8',
  }),
) as Record<string, number>;

/** Gzipped bytes that may be fetched, a tenth above what they were when this was written. */
const limits = { page: 2_000, worker: 145_000, webgpu: 85_000, webgl: 96_000, wasm: 202_000, cpu: 44_000 };

test('what a page fetches for a generator stays as small as it is', () => {
  expect(Object.keys(bytes)).toEqual(Object.keys(limits));
  const above = Object.entries(limits).filter(
    ([name, limit]) => !(bytes[name]! > 0 && bytes[name]! <= limit),
  );
  expect(above.map(([name]) => `${name}: ${bytes[name]} bytes`)).toEqual([]);
});
