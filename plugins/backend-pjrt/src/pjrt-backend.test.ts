import { findPlugin } from '@ganymede/pjrt';
import { backendContract, freeAddresses } from '@ganymede/testing';
import type { StepEngine } from './engine/compiled-step.js';
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

describe('of several processes', () => {
  const deviceOf = (backend: Pjrt): number =>
    (Reflect.get(backend, 'active') as StepEngine).kernels.device.id;
  /** On one machine, but for the first. */
  const workers = async (rank: number) => {
    const [first, ...others] = await freeAddresses(3);
    return { addresses: [first!.replace('127.0.0.1', 'localhost'), ...others], rank };
  };

  test.each([
    [0, undefined, 0],
    [1, undefined, 0],
    [2, undefined, 1],
    [2, 0, 0],
  ])('rank %i, device %p: takes %i', async (rank, device, taken) => {
    const backend = new Pjrt({ cacheFolder: null, device });
    await backend.activate({ workers: await workers(rank) });
    expect([deviceOf(backend), backend.replicas]).toEqual([
      taken,
      expect.objectContaining({ rank, size: 3 }),
    ]);
    backend.dispose();
  });

  test('several devices each are refused, and so is a device that is not there; the next backend is not in their way', async () => {
    const both = new Pjrt({ cacheFolder: null, devices: 2 });
    await expect(both.activate({ workers: await workers(0) })).rejects.toMatchObject({
      code: 'DEVICES_AND_WORKERS',
    });
    const none = new Pjrt({ cacheFolder: null, device: 99 });
    await expect(none.activate({ workers: await workers(0) })).rejects.toMatchObject({ code: 'NO_DEVICE' });
    const alone = new Pjrt({ cacheFolder: null });
    await alone.activate();
    expect(alone.replicas).toBeUndefined();
    alone.dispose();
  });
});
