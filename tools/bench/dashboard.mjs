// The dashboard's server over 200 runs, one of 100,000 steps, with 50 followers: node tools/bench/dashboard.mjs
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRequire } from 'node:module';
import { get } from 'node:http';
const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const require = createRequire(join(root, 'package.json'));
const { serve } = require('@ganymede/dashboard');
const R = mkdtempSync(join(tmpdir(), 'dashboard-'));
const ev = (/** @type {number} */ s) =>
  JSON.stringify({
    step: s,
    'D.lossReal': Math.sin(s),
    'D.lossFake': Math.cos(s),
    'G.loss': s % 7,
    'D.gradientNorm': 2,
    'G.gradientNorm': 3,
    imagesPerSecond: 50,
    residentBytes: 1e9,
  }) + '\n';
for (let i = 0; i < 200; i++) {
  mkdirSync(`${R}/run${i}/samples`, { recursive: true });
  writeFileSync(`${R}/run${i}/config.json`, JSON.stringify({ steps: 1000, batchSize: 8 }));
  let t = '';
  const n = i === 0 ? 100000 : 1000;
  for (let s = 1; s <= n; s++) t += ev(s);
  writeFileSync(`${R}/run${i}/events.jsonl`, t);
}
const s = await serve({ runs: R, port: 0 });
const base = `http://127.0.0.1:${s.port}`;
const time = async (/** @type {string} */ n, /** @type {string} */ p) => {
  const t = performance.now();
  const b = await (await fetch(base + p)).text();
  console.log(n, Math.round(performance.now() - t) + ' ms', (b.length / 1e3).toFixed(0) + ' kB');
};
await time('100,000 steps, first', '/api/runs/run0/series?pixels=400');
await time('again', '/api/runs/run0/series?pixels=400');
await time('zoomed', '/api/runs/run0/series?pixels=400&from=5000&to=6000');
await time('200 runs, first', '/api/runs');
await time('200 runs, again', '/api/runs');
let got = 0;
for (let i = 0; i < 50; i++)
  get(`${base}/api/runs/run0/stream`, (r) =>
    r.on('data', (d) => {
      if (String(d).includes('change')) got++;
    }),
  );
await new Promise((r) => setTimeout(r, 500));
const c0 = process.cpuUsage(),
  t0 = performance.now();
for (let i = 0; i < 10; i++) {
  appendFileSync(`${R}/run0/events.jsonl`, ev(100001 + i));
  await new Promise((r) => setTimeout(r, 1000));
}
const c = process.cpuUsage(c0);
console.log(
  '50 followers: messages',
  got,
  'cpu share',
  (((c.user + c.system) / 1e3 / (performance.now() - t0)) * 100).toFixed(1) + ' %',
  'rss MB',
  Math.round(process.memoryUsage().rss / 1e6),
);
await s.close();
rmSync(R, { recursive: true });
process.exit(0);
