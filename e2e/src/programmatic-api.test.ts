import { expectSuccess } from './run-program.js';
import { appFolder } from './workplace.js';

test('the installed toolkit trains and samples as a library', async () => {
  const { stdout } = await expectSuccess(process.execPath, ['programmatic.js'], { cwd: appFolder() });
  const result = JSON.parse(stdout.trim().split('\n').at(-1)!);
  expect(result).toMatchObject({
    step: 2,
    margin: 2,
    shape: { height: 32, width: 32, channels: 3 },
    bytes: 4 * 32 * 32 * 3,
    repeatable: true,
  });
  expect(result.events).toEqual(expect.arrayContaining(['checkpoint', 'sheet', 'step']));
  expect(result.labels).toHaveLength(4);
  expect(result.values).toBeGreaterThan(10);
});
