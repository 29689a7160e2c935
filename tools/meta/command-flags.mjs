/** Prints every command of the CLI with its flags as JSON: `{ "train": ["--config", "--data", ...] }`. Build first. */
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

/** @typedef {{ id: string, flags: Record<string, { char?: string, allowNo?: boolean }> }} Command */

const cli = new URL('../../packages/cli/', import.meta.url);
const { Config } = createRequire(new URL('package.json', cli))('@oclif/core');
/** @type {{ commands: Command[] }} */
const { commands } = await Config.load({ root: fileURLToPath(cli) });
const flagsOf = (/** @type {Command} */ { flags }) =>
  Object.entries(flags).flatMap(([name, { char, allowNo }]) => [
    `--${name}`,
    ...(allowNo ? [`--no-${name}`] : []),
    ...(char ? [`-${char}`] : []),
  ]);
console.log(JSON.stringify(Object.fromEntries(commands.map((one) => [one.id, flagsOf(one)]))));
