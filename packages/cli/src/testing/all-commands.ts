import type { Command } from '@oclif/core';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** The class of every command by its id, `backend:list`, found as oclif finds them: by the files' names. */
export function allCommands(): readonly (readonly [id: string, command: Command.Class])[] {
  const folder = join(__dirname, '../commands');
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map((file) => {
      // eslint-disable-next-line @typescript-eslint/no-require-imports
      const module = require(join(folder, file)) as Record<string, Command.Class>;
      return [file.slice(0, -'.ts'.length).replaceAll('/', ':'), Object.values(module)[0]!];
    });
}
