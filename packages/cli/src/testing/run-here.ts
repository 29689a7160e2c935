import { captureOutput } from '@oclif/test';
import { Console } from 'node:console';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { runCli } from '../run-cli.js';

export interface CliResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the program in this process, from its sources, and catches what it prints. */
export async function runHere(...argv: string[]): Promise<CliResult> {
  const root = resolve(__dirname, '..');
  const manifest = JSON.parse(readFileSync(join(root, '../package.json'), 'utf8')) as {
    oclif: Record<string, unknown>;
  };
  // The plugins are ES modules, which jest cannot load; in src there is no manifest of what was built.
  const pjson = { ...manifest, oclif: { ...manifest.oclif, commands: './commands', plugins: [] } };
  const exitCodeBefore = process.exitCode;
  process.exitCode = undefined;
  // oclif prints by console.log, which jest has replaced by one that goes elsewhere.
  const consoleBefore = globalThis.console;
  globalThis.console = new Console(process.stdout, process.stderr);
  try {
    const { result, stdout, stderr, error } = await captureOutput<number>(
      () => runCli(argv, { root, pjson: pjson as never }),
      { testNodeEnv: 'production' },
    );
    if (error) throw error;
    return { code: result!, stdout, stderr };
  } finally {
    globalThis.console = consoleBefore;
    process.exitCode = exitCodeBefore;
  }
}
