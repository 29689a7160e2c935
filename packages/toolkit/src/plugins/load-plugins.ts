import type { Plugin } from '@ganymede/core';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { notAPlugin, pluginFailed } from '../errors.js';
import { findPlugin } from './find-plugin.js';

/**
 * Loads the plugins that a config names, in order. Nothing but the named packages is looked at.
 * @param names - packages, or absolute paths of files or packages
 * @param folders - where packages are looked for, each with the folders above it
 * @throws PLUGIN_NOT_FOUND, PLUGIN_FAILED, BAD_PLUGIN
 */
export async function loadPlugins(
  names: readonly string[],
  folders: readonly string[] = [process.cwd()],
): Promise<readonly Plugin[]> {
  const plugins: Plugin[] = [];
  for (const name of names) {
    const file = findPlugin(name, folders);
    let module: Readonly<Record<string, unknown>>;
    try {
      module = await loadModule(file);
    } catch (cause) {
      throw pluginFailed(name, cause);
    }
    plugins.push(pluginOf(name, module));
  }
  return plugins;
}

/** `require` where it works, so that a plugin and whoever else requires it share one module; else `import`. */
async function loadModule(file: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    return createRequire(file)(file) as Record<string, unknown>;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // Node 20 refuses to require any ES module, later versions those with a top-level await.
    if (code !== 'ERR_REQUIRE_ESM' && code !== 'ERR_REQUIRE_ASYNC_MODULE') throw error;
    return (await import(pathToFileURL(file).href)) as Record<string, unknown>;
  }
}

function pluginOf(name: string, module: Readonly<Record<string, unknown>>): Plugin {
  const inner = module['default'] as { readonly plugin?: unknown } | undefined;
  const plugin = (module['plugin'] ?? inner?.plugin ?? inner) as Partial<Plugin> | undefined;
  if (typeof plugin?.name !== 'string' || typeof plugin.register !== 'function')
    throw notAPlugin(name, Object.keys(module));
  return plugin as Plugin;
}
