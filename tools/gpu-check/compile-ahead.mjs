/**
 * Compiles modules for an NVIDIA GPU on a machine without one: whether each compiles, how long it takes and how large the
 * program is, as JSON. With XLA_FLAGS="--xla_dump_to=DUMP --xla_dump_hlo_as_text" XLA writes what it makes of them:
 * `thunk_sequence_after_thunk_passes.txt` has every kernel that the GPU would be given, in order.
 *
 * A module that is divided over several devices (`step.mjs --devices 4`) is compiled for as many GPUs of one machine.
 *
 * usage: node tools/gpu-check/compile-ahead.mjs PLUGIN MODULE.mlir... [--target tools/gpu-check/h200.txtpb]
 *
 * PLUGIN is jax_plugins/xla_cuda13/xla_cuda_plugin.so of the wheel jax-cuda13-pjrt, with nvidia-cuda-nvcc and nvidia-nvvm in the same
 * site-packages; `step.mjs --modules FOLDER` writes modules. TARGET is a GpuTargetConfigProto of XLA as text.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: { target: { type: 'string', default: fileURLToPath(new URL('h200.txtpb', import.meta.url)) } },
});
const [file, ...modules] = positionals;
if (!file || modules.length === 0) {
  console.error('usage: node tools/gpu-check/compile-ahead.mjs PLUGIN MODULE.mlir... [--target FILE]');
  process.exit(2);
}
const { Plugin } = createRequire(import.meta.url)('../../packages/pjrt/dist/index.js');
const plugin = Plugin.load(file);
const target = readFileSync(flags.target, 'utf8');
for (const path of modules) {
  const start = performance.now();
  const text = readFileSync(path, 'utf8');
  const partitions = Number(/mhlo\.num_partitions = (\d+)/.exec(text)?.[1] ?? 1);
  const topology = { target_config: target, topology: `1x1x${partitions}` };
  const program = await plugin.compileAhead(text, { topology, partitions });
  const seconds = (performance.now() - start) / 1000;
  console.log(JSON.stringify({ module: path, seconds, bytes: program?.length ?? null }));
}
process.exit(0);
