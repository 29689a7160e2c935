import {
  browserBackends,
  type BrowserBackend,
  type StartBackend,
  type StartOptions,
} from './browser-backend.js';
import { startBackend } from './start-backend.js';

function engines(running: readonly BrowserBackend[]) {
  const asked: [BrowserBackend, StartOptions][] = [];
  const start =
    (name: BrowserBackend): StartBackend =>
    async (options) => {
      asked.push([name, options]);
      if (name === 'webgl' && !running.includes(name)) throw new Error('lost context');
      return running.includes(name) ? null : `${name}: none here`;
    };
  const available = Object.fromEntries(browserBackends.map((name) => [name, start(name)])) as Record<
    BrowserBackend,
    StartBackend
  >;
  return { asked, available };
}
const folder = { wasm: 'https://example.test/' };

test('the first that runs is taken, and an error is a reason like others', async () => {
  const { asked, available } = engines(['wasm', 'cpu']);
  expect(await startBackend('auto', folder, available)).toBe('wasm');
  expect(asked.map(([name]) => name)).toEqual(['webgpu', 'webgl', 'wasm']);
  expect(asked[2]![1]).toEqual({ ...folder, emulated: false });
});

test('one that is named is it or none is, and may be emulated', async () => {
  const { asked, available } = engines(['wasm']);
  await expect(startBackend('webgl', folder, available)).rejects.toMatchObject({
    code: 'NO_BROWSER_BACKEND',
    message: 'backend: expected one of webgl to start, got none (webgl: Error: lost context)',
  });
  expect(asked).toEqual([['webgl', { ...folder, emulated: true }]]);
});
