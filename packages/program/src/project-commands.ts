import { GanymedeError } from '@ganymede/core';
import type { Config, Plugin } from '@oclif/core/interfaces';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** Packages that bring commands, as the project's package.json names them: `"ganymede": { "commands": ["image-census"] }`. */
export interface ProjectCommands {
  /** Folder of that package.json. */
  readonly folder: string;
  readonly packages: readonly string[];
}

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly ganymede?: { readonly commands?: unknown };
  readonly oclif?: { readonly commands?: unknown };
}

/** What cannot be read names nothing: a package.json that is broken is not this program's matter. */
function manifestIn(folder: string): Manifest | null {
  try {
    return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
  } catch {
    return null;
  }
}

/** The nearest folder from here upwards for which something holds; null for none. */
function nearestFolder(from: string, holds: (folder: string) => boolean): string | null {
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    if (holds(folder)) return folder;
    if (folder === dirname(folder)) return null;
  }
}

/**
 * The packages whose commands the program has besides its own. Only the nearest package.json is read, and nothing that it
 * does not name.
 * @throws BAD_PROJECT, PLUGIN_NOT_FOUND
 */
export function projectCommands(from: string): ProjectCommands | null {
  const folder = nearestFolder(from, (one) => existsSync(join(one, 'package.json')));
  const manifest = folder === null ? null : manifestIn(folder);
  const packages = manifest?.ganymede?.commands;
  if (folder === null || packages === undefined) return null;
  const file = join(folder, 'package.json');
  if (!Array.isArray(packages) || !packages.every((name): name is string => typeof name === 'string'))
    throw new GanymedeError(
      'BAD_PROJECT',
      `${file}: expected names of packages in ganymede.commands, got ${JSON.stringify(packages)}`,
      { kind: 'usage', hint: '"ganymede": { "commands": ["<package>"] }' },
    );
  for (const name of packages) expectCommands(name, folder, manifest?.dependencies ?? {});
  return { folder, packages };
}

function expectCommands(name: string, folder: string, dependencies: Readonly<Record<string, string>>): void {
  const above = nearestFolder(folder, (one) => existsSync(join(one, 'node_modules', name, 'package.json')));
  if (dependencies[name] === undefined || above === null)
    throw new GanymedeError(
      'PLUGIN_NOT_FOUND',
      `${join(folder, 'package.json')}: expected ${name} of ganymede.commands to be one of its dependencies and installed, got ${
        above === null ? 'nothing in node_modules' : 'a package that is no dependency'
      }`,
      { kind: 'missing', hint: `Type: npm install ${name}` },
    );
  const root = join(above, 'node_modules', name);
  if (typeof manifestIn(root)?.oclif?.commands !== 'string')
    throw new GanymedeError(
      'BAD_PLUGIN',
      `plugin ${name}: expected a folder of commands in its package.json, got no oclif.commands`,
      { kind: 'failed', hint: '"oclif": { "commands": "./dist/commands" }' },
    );
}

/**
 * Whether what oclif loaded of these packages is whole, and takes no command's name that there is already.
 * @throws PLUGIN_FAILED, DUPLICATE_COMMAND
 */
export async function expectWhole(config: Config, { packages }: ProjectCommands): Promise<void> {
  const plugins = config.getPluginsList();
  const others = plugins.filter((plugin) => !isNamed(plugin, packages));
  const holders = new Map(others.flatMap(({ name, commandIDs }) => commandIDs.map((id) => [id, name])));
  for (const name of packages) {
    const plugin = plugins.find((one) => one.alias === name);
    if (!plugin) throw commandsFailed(name, 'it failed to load', 'oclif takes it for no plugin');
    const loaded = plugin.commands.map(({ id }) => id);
    for (const id of plugin.commandIDs) {
      if (!loaded.includes(id)) throw await whyNot(plugin, id);
      const holder = holders.get(id);
      if (holder !== undefined) throw duplicateCommand(id, holder, name);
      holders.set(id, name);
    }
  }
}

function isNamed(plugin: Plugin, packages: readonly string[]): boolean {
  return packages.includes(plugin.alias);
}

/** oclif warns of a command that does not load, and leaves it out; here it is asked for again, so that it says why. */
async function whyNot(plugin: Plugin, id: string): Promise<GanymedeError> {
  const what = `command ${id.replaceAll(':', ' ')} failed to load`;
  try {
    await plugin.findCommand(id, { must: true });
    return commandsFailed(plugin.alias, what, 'its file exports no command');
  } catch (cause) {
    return commandsFailed(plugin.alias, what, cause);
  }
}

function commandsFailed(name: string, what: string, cause: unknown): GanymedeError {
  const [reason] = (cause instanceof Error ? cause.message : String(cause)).split('\n');
  return new GanymedeError('PLUGIN_FAILED', `plugin ${name}: ${what}: ${reason}`, {
    kind: 'failed',
    hint: 'Mend the plugin, or take it out of ganymede.commands in package.json.',
    cause,
  });
}

function duplicateCommand(id: string, holder: string, newcomer: string): GanymedeError {
  return new GanymedeError(
    'DUPLICATE_COMMAND',
    `command ${id.replaceAll(':', ' ')}: expected one package to have it, got ${holder} and ${newcomer}`,
    { kind: 'failed', hint: `Give it another name in ${newcomer}.` },
  );
}

/**
 * What a command of a project's package threw, with the names of both; an error with a code says itself what is wrong, and
 * what the program's own commands throw stays as it is.
 * @param id - of the command; null where none ran
 * @param place - finds `file:line:column` of the error in the package that a file lies in
 */
export function ofPlugin(
  error: unknown,
  id: string | null,
  config: Config,
  packages: readonly string[],
  place: (error: unknown, file: string) => string | null,
): unknown {
  const plugin = config.getPluginsList().find((one) => id !== null && one.commandIDs.includes(id));
  const { code, kind } = (error ?? {}) as Readonly<Record<string, unknown>>;
  if (!plugin || !isNamed(plugin, packages) || (typeof code === 'string' && kind !== undefined)) return error;
  const message = error instanceof Error ? error.message : String(error);
  const at = place(error, join(plugin.root, 'package.json'));
  return new GanymedeError(
    'COMMAND_FAILED',
    `command ${id!.replaceAll(':', ' ')} of plugin ${plugin.alias}: ${message}${at === null ? '' : `, at ${at}`}`,
    {
      kind: 'failed',
      hint: 'This is a mistake of the plugin. DEBUG=1 before the command shows the whole stack.',
      cause: error,
    },
  );
}
