import {
  GanymedeError,
  pluginApiVersion,
  type Plugin,
  type SlotName,
  type WeightRequest,
} from '@ganymede/core';
import { show, didYouMean, messageOf } from '@ganymede/config';

export function pluginVersionMismatch(plugin: Plugin): GanymedeError {
  return new GanymedeError(
    'PLUGIN_API_VERSION',
    `plugin ${plugin.name}: expected apiVersion ${pluginApiVersion}, got ${show(plugin.apiVersion)}`,
    {
      kind: 'failed',
      hint:
        plugin.apiVersion > pluginApiVersion
          ? 'Update @ganymede/toolkit, or install an older version of the plugin.'
          : 'Install a newer version of the plugin.',
    },
  );
}

/** @param inline - names of the plugins that the file has as those of a config */
export function notInConfig(where: string, inline: readonly string[]): GanymedeError {
  const [file, member] = where.split('#');
  const [first] = inline;
  return first === undefined
    ? new GanymedeError(
        'BAD_PLUGIN',
        `plugin ${where}: expected a config with the plugin ${member}, got one without plugins`,
        {
          kind: 'failed',
          hint: `Name the file alone: ${file}.`,
        },
      )
    : new GanymedeError('BAD_PLUGIN', `plugin ${where}: expected one of ${inline.join(', ')}, got a config`, {
        kind: 'failed',
        hint: `Name one of its plugins: ${file}#${first}.`,
      });
}

export function notAPlugin(where: string, exported: readonly string[]): GanymedeError {
  return new GanymedeError(
    'BAD_PLUGIN',
    `plugin ${where}: expected an export named plugin, made by definePlugin, got ${exported.length > 0 ? exported.join(', ') : 'no exports'}`,
    {
      kind: 'failed',
      hint: 'exports.plugin = definePlugin({ apiVersion: 1, name, register(container) { ... } })',
    },
  );
}

export function badPackageManifest(path: string, got: string): GanymedeError {
  return new GanymedeError('BAD_PLUGIN', `${path}: expected the manifest of a package, got ${got}`, {
    kind: 'failed',
    hint: 'Mend the file, or install the package again.',
  });
}

/** @param isPath - whether the name is a path: nobody installs those */
export function pluginNotFound(name: string, isPath: boolean, folders: readonly string[]): GanymedeError {
  return new GanymedeError(
    'PLUGIN_NOT_FOUND',
    `plugin ${name}: expected it to be found from ${folders.join(' or ')}, got nothing there`,
    {
      kind: 'missing',
      hint: isPath
        ? 'If it lies elsewhere now, name it there: --plugin <path>.'
        : `Type: npm install ${name}. A path starts with ./ or /. For a run, --plugin <name or path> says what takes its place.`,
    },
  );
}

/** @param entry - as the package names it */
export function pluginNotBuilt(name: string, folder: string, entry: string): GanymedeError {
  return new GanymedeError(
    'PLUGIN_NOT_BUILT',
    `plugin ${name}: expected the entry ${entry} in ${folder}, got no such file`,
    { kind: 'missing', hint: `Build the package: npm run build, in ${folder}.` },
  );
}

/** @param place - `file:line:column` in the config; null where it is not known */
export function configFailed(where: string, cause: unknown, place: string | null): GanymedeError {
  const at = place === null ? '' : `, at ${place}`;
  return new GanymedeError(
    'CONFIG_FAILED',
    `${where}: expected a config that loads, got: ${messageOf(cause).split('\n')[0]!}${at}`,
    { kind: 'usage', hint: 'Mend the config; DEBUG=1 before the command shows the whole stack.', cause },
  );
}

/**
 * @param what - that went wrong, e.g. `it failed to load`
 * @param place - `file:line:column` in the plugin; null where it is not known
 */
export function pluginFailed(
  name: string,
  what: string,
  cause: unknown,
  place: string | null,
): GanymedeError {
  const at = place === null ? '' : `, at ${place}`;
  return new GanymedeError('PLUGIN_FAILED', `plugin ${name}: ${what}: ${messageOf(cause)}${at}`, {
    kind: 'failed',
    hint: 'Mend the plugin, or leave it out.',
    cause,
  });
}

/**
 * @param action - the method that failed
 * @param place - `file:line:column` in the plugin; null where it is not known
 */
export function componentFailed(
  { name, plugin }: { readonly name: string; readonly plugin: Plugin },
  action: string,
  cause: unknown,
  place: string | null,
): GanymedeError {
  const at = place === null ? '' : `, at ${place}`;
  return new GanymedeError(
    'COMPONENT_FAILED',
    `${name} of plugin ${plugin.name}: ${action} failed: ${messageOf(cause)}${at}`,
    {
      kind: 'failed',
      hint: 'This is a mistake of the plugin. DEBUG=1 before the command shows the whole stack.',
      cause,
    },
  );
}

export function duplicateComponent(
  slot: SlotName,
  id: string,
  holder: string,
  newcomer: string,
): GanymedeError {
  return new GanymedeError(
    'DUPLICATE_COMPONENT',
    `${slot} ${id}: expected one plugin to add it, got ${holder} and ${newcomer}`,
    {
      kind: 'failed',
      hint: `Give it another id in ${newcomer}, or register it there with replace instead of add.`,
    },
  );
}

export function duplicatePreset(id: string, holder: string, newcomer: string): GanymedeError {
  return new GanymedeError(
    'DUPLICATE_PRESET',
    `preset ${id}: expected one plugin to add it, got ${holder} and ${newcomer}`,
    { kind: 'failed', hint: `Give it another id in ${newcomer}.` },
  );
}

const withArticle = (slot: SlotName): string => `${/^[aeiou]/.test(slot) ? 'an' : 'a'} ${slot}`;

export function nothingToReplace(
  slot: SlotName,
  id: string,
  plugin: string,
  known: readonly string[],
): GanymedeError {
  return new GanymedeError(
    'UNKNOWN_COMPONENT',
    `plugin ${plugin}: expected ${withArticle(slot)} ${id} to replace, got ${known.length > 0 ? known.join(', ') : 'none'}`,
    { kind: 'usage', hint: `${didYouMean(id, known)}A component that is new is registered with add.` },
  );
}

export function unknownComponent(
  path: string,
  slot: SlotName,
  id: string,
  known: readonly string[],
  absent: readonly string[],
): GanymedeError {
  const made =
    absent.length === 0
      ? ''
      : `The run was made with ${absent.join(', ')}, which a program handed over: name the package or file with --plugin. `;
  return new GanymedeError(
    'UNKNOWN_COMPONENT',
    `${path}: expected ${withArticle(slot)} of ${known.length > 0 ? known.join(', ') : '(none is registered)'}, got ${id}`,
    {
      kind: 'usage',
      hint: `${made}${didYouMean(id, known)}\`ganymede components ${slot}\` lists them; a plugin may add others.`,
    },
  );
}

export function unknownPart(name: string, asker: string | null, known: readonly string[]): GanymedeError {
  return new GanymedeError(
    'UNKNOWN_PART',
    `${asker === null ? 'run' : asker}: expected a part of ${known.join(', ')}, got ${name}`,
    { kind: 'usage', hint: `${didYouMean(name, known)}\`runParts\` of @ganymede/toolkit has the tokens.` },
  );
}

export function partCycle(path: readonly string[]): GanymedeError {
  return new GanymedeError(
    'PART_CYCLE',
    `parts: expected each to be made without itself, got ${path.join(' needs ')}`,
    { kind: 'usage', hint: 'A plugin replaces or wraps one of them and asks for what needs it.' },
  );
}

export function scopeClosed(name: string): GanymedeError {
  return new GanymedeError('RUN_CLOSED', `${name}: expected an open run, got one that was closed`, {
    kind: 'failed',
  });
}

const checksumOf = ({ sha256 }: WeightRequest): string =>
  sha256 === undefined ? '' : ` Its SHA-256 ${sha256.length === 64 ? 'is' : 'begins with'} ${sha256}.`;

export function weightsMissing(request: WeightRequest, path: string): GanymedeError {
  // Weights with a checksum are somebody's published ones.
  const instead =
    request.sha256 === undefined
      ? ''
      : ' Or measure with an extractor of your own images: `ganymede data extractor train`, then choose `trained-classifier` with the weights that it wrote.';
  return new GanymedeError('WEIGHTS_NOT_FOUND', `${request.what}: expected weights in ${path}, got no file`, {
    kind: 'missing',
    hint: `Put ${request.file} there, or say where it is with the option \`weights\`. It comes from ${request.origin}.${checksumOf(request)}${instead}`,
  });
}

export function weightsChecksum(request: WeightRequest, path: string, got: string): GanymedeError {
  return new GanymedeError(
    'WEIGHTS_CHECKSUM',
    `${request.what}: expected ${path} with SHA-256 ${request.sha256 ?? ''}, got ${got}`,
    {
      kind: 'data',
      hint: `The file is damaged, or a different file: download it again from ${request.origin}. To measure with other weights, name them with the option \`weights\`; the manifest then says so.`,
    },
  );
}

export const noFilesToPack = (use: string): GanymedeError =>
  new GanymedeError('DATA_WITHOUT_FILES', `data pack: expected images that lie in files, got ${use}`, {
    kind: 'usage',
    hint: 'Give a folder, a tar, CIFAR, IDX or .npz files, or shards.',
  });
