import { findPlugin } from '@ganymede/pjrt';
import { backendContract } from '@ganymede/testing';
import { Pjrt } from './index.js';

backendContract({ name: 'pjrt', create: () => new Pjrt({ cacheFolder: null }) });

test('its plugin is looked for by platform, or given by path, and the description says which it is', async () => {
  const { file } = findPlugin(process.env, 'xla-cpu');
  for (const [plugin, source] of [
    ['xla-cpu', 'installed'],
    [file, 'given'],
  ]) {
    const backend = new Pjrt({ plugin: plugin!, cacheFolder: null });
    const { details } = await backend.activate();
    backend.dispose();
    expect(details).toMatchObject({ plugin: file, source });
  }
  const none = new Pjrt({ plugin: 'oneapi', cacheFolder: null });
  await expect(none.activate()).rejects.toMatchObject({
    code: 'PLUGIN_NOT_FOUND',
    hint: 'Type: ganymede backend install oneapi',
  });
});
