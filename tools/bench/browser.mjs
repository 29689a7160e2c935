// A run's generator in headless Chromium: bytes to download, time to the first images, images/s, memory over many images.
//
//   node tools/bench/browser.mjs <run> [--backends wasm,webgl] [--images 1000] [--batch 16] [--minutes 10]
//   node tools/bench/browser.mjs --make biggan-128 --ch 32      # a run of one step of a preset, whose weights say nothing
//
// Times begin with the navigation, on an empty cache. Files are sent as a static server with gzip sends them. WebGL is SwiftShader's
// where the machine has no GPU. Memory is that of all of Chromium's processes, pages that they share counted once.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { openPage } from './chromium.mjs';
import { program } from './training.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    make: { type: 'string' },
    ch: { type: 'string', default: '32' },
    backends: { type: 'string', default: 'wasm,webgl' },
    images: { type: 'string', default: '1000' },
    batch: { type: 'string', default: '16' },
    minutes: { type: 'string', default: '10' },
  },
});
const folder = mkdtempSync(join(tmpdir(), 'browser-bench-'));
const ganymede = (/** @type {string[]} */ ...words) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...words], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stdout + stderr);
};

const types = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.wasm': 'application/wasm',
  '.json': 'application/json',
};
let sent = 0;
const server = createServer((request, response) => {
  const path = new URL(request.url ?? '/', 'http://server').pathname;
  const file = path.startsWith('/browser/')
    ? join(root, 'packages/browser/bundle', path.slice('/browser/'.length))
    : join(folder, 'page/generator', path.slice('/generator/'.length));
  const content = path === '/' ? Buffer.from(html) : existsSync(file) ? readFileSync(file) : null;
  if (!content) {
    response.writeHead(404).end();
    return;
  }
  const type = /** @type {Record<string, string>} */ (types)[path === '/' ? '.html' : extname(path)];
  const body = type ? gzipSync(content) : content;
  sent += body.length;
  response.writeHead(200, {
    'content-type': type ?? 'application/octet-stream',
    ...(type && { 'content-encoding': 'gzip' }),
    'cache-control': 'no-store',
  });
  response.end(body);
});
const html = `<!doctype html><link rel="icon" href="data:,"><script type="module">
import { createGenerator } from '/browser/index.js';
const generator = await createGenerator('/generator/', { backend: new URLSearchParams(location.search).get('backend') });
globalThis.draw = (seed, count) => generator.generate({ seed, count }).then(({ milliseconds }) => milliseconds);
await globalThis.draw(0, ${Number(values.batch)});
globalThis.first = { milliseconds: performance.now(), engine: generator.backend };
</script>`;

try {
  let [run] = positionals;
  if (values.make) {
    run = join(folder, 'run');
    const sets = [
      'data={use: shapes, count: 64}',
      'steps=1',
      'batchSize=2',
      'accumulation=1',
      'discriminatorSteps=1',
      'stabilizers=[]',
    ];
    ganymede(
      ...['train', '--preset', values.make, '--run', run, '--ch', values.ch],
      ...sets.flatMap((one) => ['--set', one]),
    );
  }
  if (!run) throw new Error('a run: expected its folder or --make with a preset, got neither');
  ganymede('export', run, '--to', 'web', '--no-statistics', '--out', join(folder, 'page'));
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(null)));
  const { port } = /** @type {{ port: number }} */ (server.address());
  const config = JSON.parse(readFileSync(join(folder, 'page/generator/config.json'), 'utf8'));
  const weights = config.weights.files.reduce(
    (/** @type {number} */ sum, /** @type {{ bytes: number }} */ one) => sum + one.bytes,
    0,
  );
  console.log(
    `${config.generator.use}, ${config.imageShape.width} px, channels ${config.generator.channels}: ${(weights / 1e6).toFixed(1)} MB of weights`,
  );
  for (const backend of values.backends.split(',')) {
    const { page, megabytes: memory, close } = await openPage(['--enable-unsafe-webgpu']);
    try {
      const failed = new Promise((_, reject) => page.on('pageerror', reject));
      await page.goto('about:blank');
      const empty = memory();
      sent = 0;
      await page.goto(`http://127.0.0.1:${port}/?backend=${backend}`);
      const first = await Promise.race([
        page
          .waitForFunction('globalThis.first', undefined, { timeout: 1_200_000 })
          .then((one) => one.jsonValue()),
        failed,
      ]);
      console.log(
        `${first.engine}: ${(sent / 1e6).toFixed(2)} MB, first ${values.batch} images after ${(first.milliseconds / 1000).toFixed(1)} s, memory ${empty} MB before, ${memory()} MB after`,
      );
      const start = performance.now();
      let made = 0;
      const marks = [0.1, 0.25, 0.5, 1].map((share) => share * Number(values.images));
      while (made < Number(values.images) && performance.now() - start < Number(values.minutes) * 60_000) {
        await page.evaluate(`globalThis.draw(${made + 1}, ${Number(values.batch)})`);
        made += Number(values.batch);
        while (marks.length > 0 && made >= /** @type {number} */ (marks[0])) {
          marks.shift();
          console.log(`  after ${made} images: ${memory()} MB`);
        }
      }
      const seconds = (performance.now() - start) / 1000;
      console.log(
        `  ${made} images in ${seconds.toFixed(0)} s: ${(made / seconds).toFixed(2)} images/s, memory ${memory()} MB at the end`,
      );
    } catch (error) {
      console.log(`${backend}: ${/** @type {Error} */ (error).message}`);
    } finally {
      await close();
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
}
process.exit(0);
