import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { repository } from './repository.js';

test('every error code has one kind and one meaning, and docs/errors.md has it (npm run docs)', () => {
  const program = join(repository, 'tools/docs/errors-page.mjs');
  const { status, stderr } = spawnSync(process.execPath, [program, '--check'], {
    cwd: repository,
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  expect(status).toBe(0);
});
