import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { root } from './run-command.mjs';

/** oclif takes every file in the folder for a command, also what was built from a source that is gone. @param {string} cli - its folder */
function removeGoneCommands(cli) {
  const built = join(cli, 'dist/commands');
  for (const file of readdirSync(built, { recursive: true, encoding: 'utf8' })) {
    const source = join(cli, 'src/commands', file.replace(/\.(d\.ts|js)(\.map)?$/, '.ts'));
    if (/\.(js|ts|map)$/.test(file) && !existsSync(source)) rmSync(join(built, file));
  }
}

/**
 * Writes what every command of the CLI takes into its `oclif.manifest.json`, so that help and completion load no command.
 * The packages must have been built.
 */
export async function buildCliManifest() {
  const cli = join(root, 'packages/cli');
  removeGoneCommands(cli);
  const { Plugin } = createRequire(join(cli, 'package.json'))('@oclif/core');
  const plugin = new Plugin({ root: cli, type: 'core', ignoreManifest: true, errorOnManifestCreate: true });
  await plugin.load();
  writeFileSync(join(cli, 'oclif.manifest.json'), `${JSON.stringify(plugin.manifest, null, 2)}\n`);
}
