import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** Those that CI compares with the reference. */
export const backends = ['tensorflow', 'pjrt', 'wasm'];

export interface ParityResult {
  readonly status: number | null;
  /** Tensors out of their bound. */
  readonly failed: readonly string[];
  readonly all: string;
}

/** Runs the command on a fixture, in a process of its own. */
export function runParity(folder: string, backend = 'wasm'): ParityResult {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(__dirname, 'index.js'), folder, '--backend', backend],
    { encoding: 'utf8' },
  );
  const lines = stdout.split('\n').filter((line) => line.startsWith('FAIL'));
  return { status, failed: lines.map((line) => line.split(/ +/)[1]!), all: stdout + stderr };
}
