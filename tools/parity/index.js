/**
 * Compares the toolkit with a reference implementation's outputs, tensor by tensor.
 *
 * usage: node tools/parity FOLDER [--backend tensorflow|wasm] [--unfused] [--quiet]
 *
 * FOLDER holds `config.json`, `G.pth`, `D.pth`, `io.safetensors`, `grads.safetensors`, `G.after.pth`, `D.after.pth`.
 * Prints a line for each tensor and exits with 1 if any is out of its bound. Build first: npm run build.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { checkBigGan } from './biggan.js';
import { Comparison } from './comparison.js';

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    backend: { type: 'string', default: 'tensorflow' },
    unfused: { type: 'boolean', default: false },
    quiet: { type: 'boolean', default: false },
  },
});
const [folder] = positionals;
if (!folder) {
  console.error('usage: node tools/parity FOLDER [--backend tensorflow|wasm] [--unfused] [--quiet]');
  process.exit(2);
}

const config = JSON.parse(await readFile(join(folder, 'config.json'), 'utf8'));
if (config.source !== 'BigGAN-PyTorch') {
  console.error(
    `parity: expected a fixture of BigGAN-PyTorch, got ${config.source ?? 'one without a source'}`,
  );
  process.exit(2);
}
const comparison = new Comparison((line) => {
  if (!flags.quiet || line.startsWith('FAIL')) console.log(line);
});
await checkBigGan(folder, config, { backend: flags.backend, fusedScale: !flags.unfused }, comparison);
console.log(
  comparison.failures === 0
    ? 'parity: all within their bounds'
    : `parity: ${comparison.failures} out of bounds`,
);
process.exit(comparison.failures === 0 ? 0 : 1);
