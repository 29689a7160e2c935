/**
 * Compares the toolkit with a reference implementation's outputs, tensor by tensor.
 *
 * usage: node tools/parity FOLDER [--backend tensorflow|pjrt|wasm] [--unfused] [--strict] [--quiet]
 *
 * FOLDER holds `config.json`, `G.pth`, `D.pth`, `io.safetensors`, `grads.safetensors`, `G.after.pth`, `D.after.pth` of
 * BigGAN-PyTorch, or the first five of R3GAN, or `config.json`, `pytorch_model.bin`, `io.safetensors` of the released BigGAN-deep, or of metrics
 * `expected.json` and `features.safetensors`, or `inception.safetensors` and `inception_keys.json`, or both.
 * Prints a line for each tensor and exits with 1 if any is out of its bound. Gradients that differ by ReLUs whose input is
 * zero to rounding pass and are named (edges.js); with --strict they fail. Build first: npm run build.
 */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { checkBigGan } from './biggan.js';
import { Comparison } from './comparison.js';
import { checkMetrics, holdsMetrics } from './metrics.js';
import { importers } from './packages.js';
import { checkR3Gan, isR3Gan } from './r3gan.js';
import { checkReleasedDeep } from './released-deep.js';

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    backend: { type: 'string', default: 'tensorflow' },
    unfused: { type: 'boolean', default: false },
    quiet: { type: 'boolean', default: false },
    strict: { type: 'boolean', default: false },
  },
});
const [folder] = positionals;
if (!folder) {
  console.error(
    'usage: node tools/parity FOLDER [--backend tensorflow|pjrt|wasm] [--unfused] [--strict] [--quiet]',
  );
  process.exit(2);
}

const comparison = new Comparison((line) => {
  if (!flags.quiet || /^(FAIL|edge \w:)/.test(line)) console.log(line);
});
const options = { backend: flags.backend, fusedScale: !flags.unfused, strict: flags.strict };
if (holdsMetrics(folder)) {
  await checkMetrics(folder, options, comparison);
} else {
  const path = join(folder, 'config.json');
  const config = existsSync(path) ? JSON.parse(await readFile(path, 'utf8')) : {};
  if (isR3Gan(config)) {
    await checkR3Gan(folder, config, options, comparison);
  } else if (importers.isPretrainedBigGanDeepConfig(config)) {
    await checkReleasedDeep(folder, options, comparison);
  } else if (importers.isBigGanPyTorchFlags(config)) {
    await checkBigGan(folder, config, options, comparison);
  } else {
    console.error(
      `parity: expected a fixture of BigGAN-PyTorch, of R3GAN, of the released BigGAN-deep or of metrics, got a config of ${Object.keys(config).slice(0, 5).join(', ') || 'nothing'}`,
    );
    process.exit(2);
  }
}
console.log(
  comparison.failures === 0
    ? 'parity: all within their bounds'
    : `parity: ${comparison.failures} out of bounds`,
);
process.exit(comparison.failures === 0 ? 0 : 1);
