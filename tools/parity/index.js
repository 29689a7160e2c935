/**
 * Compares the toolkit with a reference implementation's outputs, tensor by tensor.
 *
 * usage: node tools/parity FOLDER [--backend tensorflow|wasm] [--unfused] [--quiet]
 *
 * FOLDER holds `config.json`, `G.pth`, `D.pth`, `io.safetensors`, `grads.safetensors`, `G.after.pth`, `D.after.pth` of
 * BigGAN-PyTorch, or `config.json`, `pytorch_model.bin`, `io.safetensors` of the released BigGAN-deep.
 * Prints a line for each tensor and exits with 1 if any is out of its bound. Build first: npm run build.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { checkBigGan } from './biggan.js';
import { Comparison } from './comparison.js';
import { checkpoints } from './packages.js';
import { checkReleasedDeep } from './released-deep.js';

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
const isReleasedDeep = checkpoints.isPretrainedBigGanDeepConfig(config);
if (!isReleasedDeep && !checkpoints.isBigGanPyTorchFlags(config)) {
  console.error(
    `parity: expected a fixture of BigGAN-PyTorch or of the released BigGAN-deep, got a config of ${Object.keys(config).slice(0, 5).join(', ')}`,
  );
  process.exit(2);
}
const comparison = new Comparison((line) => {
  if (!flags.quiet || /^(FAIL|note)/.test(line)) console.log(line);
});
const options = { backend: flags.backend, fusedScale: !flags.unfused };
await (isReleasedDeep
  ? checkReleasedDeep(folder, options, comparison)
  : checkBigGan(folder, config, options, comparison));
console.log(
  comparison.failures === 0
    ? 'parity: all within their bounds'
    : `parity: ${comparison.failures} out of bounds`,
);
process.exit(comparison.failures === 0 ? 0 : 1);
