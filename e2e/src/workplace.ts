import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PackedPackages } from './packed-packages.js';
import { runProgram, type ProgramOptions, type ProgramResult } from './run-program.js';

function e2eFolder(): string {
  const folder = process.env['GANYMEDE_E2E'];
  if (folder === undefined)
    throw new Error('GANYMEDE_E2E: expected the folder of the global set-up, got nothing');
  return folder;
}

/** The folder where a user installed the toolkit. */
export function appFolder(): string {
  return join(e2eFolder(), 'app');
}

/** A folder beside the app's, for what one test makes. */
export function besideApp(name: string): string {
  return join(e2eFolder(), name);
}

export function packedPackages(): PackedPackages {
  return JSON.parse(readFileSync(join(e2eFolder(), 'packages.json'), 'utf8')) as PackedPackages;
}

/** The installed `ganymede` program's file, behind npm's link in .bin. */
export function ganymedeProgram(): string {
  const program = join(appFolder(), 'node_modules/.bin/ganymede');
  if (!existsSync(program)) throw new Error(`ganymede: expected ${program} to exist, got nothing there`);
  return program;
}

export interface GanymedeOptions extends Partial<ProgramOptions> {
  /** Path of the Node that runs it; the current one unless said otherwise. */
  readonly node?: string;
}

/** Runs the installed `ganymede` in the app's folder. */
export function ganymede(args: readonly string[], options: GanymedeOptions = {}): Promise<ProgramResult> {
  const { node = process.execPath, ...rest } = options;
  return runProgram(node, [ganymedeProgram(), ...args], { cwd: appFolder(), ...rest });
}

/** As `ganymede` with `--json`: parses what it printed, and throws with everything if it failed. */
export async function ganymedeJson(args: readonly string[], options: GanymedeOptions = {}): Promise<unknown> {
  const result = await ganymede([...args, '--json'], options);
  if (result.code !== 0) {
    throw new Error(
      `ganymede ${args.join(' ')}: expected exit code 0, got ${result.code ?? result.signal}\n${result.stdout}\n${result.stderr}`,
    );
  }
  return JSON.parse(result.stdout);
}
