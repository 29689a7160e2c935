import { spawnSync } from 'node:child_process';
import { endAtOnce } from './end-at-once.js';

/** Node waits for a thread of its pool that never answers: it reads a pipe that nobody writes to. */
const script = `const { execSync } = require('node:child_process');
  const { openSync, readFile } = require('node:fs');
  const pipe = require('node:os').tmpdir() + '/ganymede-end-' + process.pid + '-' + process.argv[1];
  execSync('mkfifo ' + pipe);
  readFile(openSync(pipe, 'r+'), () => undefined);
  execSync('rm ' + pipe);
  setTimeout(() => { ${String(endAtOnce)}; endAtOnce(process); }, 200);`;

/** As the first process of a container: one of its own numbering. */
const asFirst = ['--user', '--map-root-user', '--pid', '--fork', '--kill-child'];
const numbersApart = spawnSync('unshare', [...asFirst, 'true']).status === 0;

test('a process ends while a thread waits', () => {
  const { signal } = spawnSync(process.execPath, ['-e', script, 'alone'], { timeout: 20_000 });
  expect(signal).toBe('SIGKILL');
});

(numbersApart ? test : test.skip)('so does the first one of a container', () => {
  const argv = [...asFirst, process.execPath, '-e', script, 'first'];
  const { status, signal, error } = spawnSync('unshare', argv, { timeout: 20_000, killSignal: 'SIGTERM' });
  expect(error).toBeUndefined();
  expect(signal === 'SIGTERM' || status === 0).toBe(false);
});
