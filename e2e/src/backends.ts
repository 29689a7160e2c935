import { execFileSync } from 'node:child_process';
import { appFolder, ganymedeProgram } from './workplace.js';

/** Ids of the backends that run on this machine, as the installed program sees them. */
export function availableBackends(): readonly string[] {
  const output = execFileSync(process.execPath, [ganymedeProgram(), 'backend', 'list', '--json'], {
    cwd: appFolder(),
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const { backends } = JSON.parse(output.slice(output.indexOf('{'))) as {
    backends: readonly { id: string; error: unknown }[];
  };
  return backends.filter(({ error }) => !error).map(({ id }) => id);
}
