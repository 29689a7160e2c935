import { readFileSync } from 'node:fs';
import type { BackendDescription } from '@ganymede/core';

/** Flags of processors whose vector or matrix units multiply bfloat16. */
const bfloat16Flags = /\b(avx512_bf16|amx_bf16)\b/;

/** The flags of the first processor; empty where the system does not tell. */
function processorFlags(): string {
  try {
    return /^flags\s*:(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1] ?? '';
  } catch {
    return '';
  }
}

/**
 * The precision that a run computes in: `auto` is bfloat16 where TensorFlow runs on a processor that multiplies it, and on
 * accelerators behind PJRT, which are made for it; else float32. Elsewhere bfloat16 would be emulated, slower than float32,
 * or refused.
 */
export function resolvePrecision(
  wanted: 'auto' | 'float32' | 'bfloat16',
  backend: BackendDescription,
  flags: string = processorFlags(),
): 'float32' | 'bfloat16' {
  if (wanted !== 'auto') return wanted;
  if (backend.name === 'pjrt') return backend.device === 'cpu' ? 'float32' : 'bfloat16';
  return backend.name === 'tensorflow' && backend.device === 'cpu' && bfloat16Flags.test(flags)
    ? 'bfloat16'
    : 'float32';
}
