import { readFileSync } from 'node:fs';
import type { BackendDescription } from '@ganymede/core';

/**
 * The flag of processors whose matrix units multiply bfloat16. Where only the vector units do (avx512_bf16), a step in bfloat16
 * took 1.3 to 1.9 times as long as one in float32 on a Xeon; on an EPYC it takes 0.6 to 0.8 times as long (docs/speed.md).
 */
const matrixUnits = /\bamx_bf16\b/;

/** The flags of the first processor; empty where the system does not tell. */
function processorFlags(): string {
  try {
    return /^flags\s*:(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1] ?? '';
  } catch {
    return '';
  }
}

/**
 * The precision that a run computes in: `auto` is bfloat16 where TensorFlow runs on a processor with matrix units for it, and
 * on accelerators behind PJRT, which are made for it; else float32. Elsewhere bfloat16 would be slower than float32, emulated, or
 * refused.
 */
export function resolvePrecision(
  wanted: 'auto' | 'float32' | 'bfloat16',
  backend: BackendDescription,
  flags: string = processorFlags(),
): 'float32' | 'bfloat16' {
  if (wanted !== 'auto') return wanted;
  if (backend.name === 'pjrt') return backend.device === 'cpu' ? 'float32' : 'bfloat16';
  return backend.name === 'tensorflow' && backend.device === 'cpu' && matrixUnits.test(flags)
    ? 'bfloat16'
    : 'float32';
}
