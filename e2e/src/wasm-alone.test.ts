import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { doneEvent, parseEvents } from './run-events.js';
import { appFolder, ganymede } from './workplace.js';

test('without TensorFlow the quickstart trains on WebAssembly', async () => {
  const run = 'runs/wasm-alone';
  const { code, stdout, stderr } = await ganymede(['train', '--run', run, '--steps', '2', '--json'], {
    env: { GANYMEDE_TENSORFLOW: join(appFolder(), 'no-such-library') },
  });
  expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });

  const notes = parseEvents(stdout).filter(({ kind }) => kind === 'note');
  expect(notes.map(({ text }) => text).join('\n')).toContain('quickstart-wasm');
  const done = doneEvent(stdout);
  expect(done).toMatchObject({ step: 2, finished: true });
  expect(readFileSync(done.sheet!).subarray(1, 4).toString('latin1')).toBe('PNG');
  const environment = JSON.parse(readFileSync(join(appFolder(), run, 'environment.json'), 'utf8'));
  expect(environment.backend.name).toBe('wasm');
});
