// Makes the run that ships with the CLI (`ganymede sample --demo`) of a trained one: the moving average alone, matrices and
// kernels as float16, what it was trained by, what was measured.
//   node tools/demo/make.mjs runs/<name> <step>
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const require = createRequire(join(root, 'package.json'));
const { readCheckpoint, serializeSafetensors, stepFolderName } = require('@ganymede/checkpoints');

const [run, stepText] = process.argv.slice(2);
if (!run || !stepText) {
  console.error('usage: node tools/demo/make.mjs runs/<name> <step>');
  process.exit(2);
}
const step = Number(stepText);
const target = join(root, 'packages/cli/demo');
const name = stepFolderName(step);
const { tensorFiles, state } = await readCheckpoint(join(run, 'checkpoints', name), ['ema.safetensors']);
const ema = tensorFiles['ema.safetensors'];
if (!ema) throw new Error(`demo: expected ${run} to have a moving average, got none`);
const matrices = Object.entries(ema).flatMap(([one, { shape }]) =>
  shape.length > 1 && !/\.u\d+$/.test(one) ? [one] : [],
);
/** @type {{ data: unknown }} what the trainer wrote */
const { data } = /** @type {any} */ (state);
/** @type {Record<string, Uint8Array>} */
const files = {
  'ema.safetensors': serializeSafetensors(ema, {}, { float16: new Set(matrices) }),
  // What makes images, and no more: the run cannot be gone on with.
  'state.json': Buffer.from(
    `${JSON.stringify({ trainer: { step }, loader: null, stabilizers: [], data })}\n`,
  ),
};
const described = Object.fromEntries(
  Object.entries(files).map(([file, content]) => [
    file,
    { size: content.length, sha256: createHash('sha256').update(content).digest('hex') },
  ]),
);
files['manifest.json'] = Buffer.from(`${JSON.stringify({ format: 1, step, files: described }, null, 2)}\n`);

rmSync(target, { recursive: true, force: true });
mkdirSync(join(target, 'checkpoints', name), { recursive: true });
for (const [file, content] of Object.entries(files))
  writeFileSync(join(target, 'checkpoints', name, file), content);
const config = JSON.parse(readFileSync(join(run, 'config.json'), 'utf8'));
// The engine of whoever samples, not of the machine that trained.
writeFileSync(
  join(target, 'config.json'),
  `${JSON.stringify({ ...config, backend: { use: 'auto' } }, null, 2)}\n`,
);
mkdirSync(join(target, 'samples'));
cpSync(join(run, 'samples', `${name}.png`), join(target, 'samples', `${name}.png`));
if (existsSync(join(run, 'evaluations')))
  cpSync(join(run, 'evaluations'), join(target, 'evaluations'), { recursive: true });
