import { Config } from '@oclif/core/config';
import type { LoadOptions, Options } from '@oclif/core/interfaces';
import { run } from '@oclif/core/run';
import { settings } from '@oclif/core/settings';
import { resolve } from 'node:path';
import {
  commandOf,
  exitCodes,
  expectWhole,
  ofPlugin,
  printError,
  projectCommands,
  usageError,
  wrongWords,
} from '@ganymede/program';

/** oclif's way to end a command: `this.exit(code)` throws. */
function exitCodeIn(error: unknown): number | null {
  const { code, oclif } = error as { code?: unknown; oclif?: { exit?: number } };
  return code === 'EEXIT' ? (oclif?.exit ?? exitCodes.ok) : null;
}

/**
 * Runs the command line program.
 * @param argv - without node and the script
 * @param options - where oclif finds the package; tests name their own
 * @returns the exit code; everything has been printed
 */
export async function runCli(
  argv: readonly string[],
  options: LoadOptions = resolve(__dirname, '..'),
): Promise<number> {
  // What is published runs as it is, whatever NODE_ENV says.
  settings.enableAutoTranspile = false;
  const flagsEnd = argv.indexOf('--');
  const print = (error: unknown): number =>
    printError(error, {
      json: argv.slice(0, flagsEnd < 0 ? undefined : flagsEnd).includes('--json'),
      debug: Boolean(process.env['DEBUG']),
      stdout: (text) => void process.stdout.write(text),
      stderr: (text) => void process.stderr.write(text),
    });
  let opened: OpenedConfig;
  try {
    opened = await openConfig(options);
  } catch (error) {
    return print(error);
  }
  const { config, packages } = opened;
  // The toolkit is loaded here only once there is an error: help and flags answer without it.
  const suggest = async () => (await import('@ganymede/toolkit')).nearest;
  try {
    const wrong = wrongWords(argv, config, () => null) && wrongWords(argv, config, await suggest());
    if (wrong) throw wrong;
    await run([...argv], config);
    return typeof process.exitCode === 'number' ? process.exitCode : exitCodes.ok;
  } catch (error) {
    const exitCode = exitCodeIn(error);
    if (exitCode !== null) return exitCode;
    const usage = usageError(error, argv, config, await suggest());
    const { placeIn } = await import('@ganymede/toolkit');
    return print(ofPlugin(usage, commandOf(argv, config), config, packages, placeIn));
  }
}

interface OpenedConfig {
  readonly config: Config;
  /** Packages of the project that bring commands. */
  readonly packages: readonly string[];
}

/** oclif's view of the program, with the commands that the project names. */
async function openConfig(options: LoadOptions): Promise<OpenedConfig> {
  const project = projectCommands(process.cwd());
  if (project === null) return { config: await Config.load(options), packages: [] };
  const given = typeof options === 'string' ? { root: options } : (options as Options);
  const pluginAdditions = { core: [...project.packages], path: project.folder };
  const config = await Config.load({ ...given, pluginAdditions });
  await expectWhole(config, project);
  return { config, packages: project.packages };
}
