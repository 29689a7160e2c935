import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runProgram, type ProgramOptions, type ProgramResult } from './run-program.js';

/** What tools/e2e made for the tests. */
function workplace(): string {
  const folder = process.env['GANYMEDE_E2E'];
  if (folder === undefined) {
    throw new Error('GANYMEDE_E2E: expected a folder, got nothing. Start these tests by `npm test -- e2e`.');
  }
  return folder;
}

/** The folder where a user installed the toolkit. */
export function appFolder(): string {
  return join(workplace(), 'app');
}

/** The folder where every README has a project of its own, in npm's strict layout. */
export function strictFolder(): string {
  return join(workplace(), 'strict');
}

/** The TypeScript of a page, which lies in the project of its name. */
export interface Example {
  readonly name: string;
  /** The page, from the repository's root. */
  readonly file: string;
  /** Why it is compiled only; null: it runs. */
  readonly notRun: string | null;
  /** The backend without which it cannot run. */
  readonly backend: string | null;
  /** Whether jest runs it. */
  readonly isTest: boolean;
}

interface Layout {
  readonly nodes: Readonly<Record<string, string>>;
  readonly typescript: string;
  readonly examples: readonly Example[];
}

function layout(): Layout {
  return JSON.parse(readFileSync(join(workplace(), 'layout.json'), 'utf8')) as Layout;
}

/** Executables of Node by version, the one that runs the tests first. */
export function nodeBinaries(): Readonly<Record<string, string>> {
  return layout().nodes;
}

/** The compiler of the oldest TypeScript that plugins are written with. */
export function oldTypescript(): string {
  return layout().typescript;
}

/** The examples of all pages. */
export function documentExamples(): readonly Example[] {
  return layout().examples;
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
