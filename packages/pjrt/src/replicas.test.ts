import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { collectives, divided, weightedSum } from '../testing/modules.js';
import { plugins } from '../testing/plugins.js';
import { ExecutableCache, type Client } from './index.js';

describe.each(plugins)('%s', (_name, load) => {
  let client: Client;
  beforeAll(async () => (client = await load().createClient()));
  afterAll(() => client.close());

  test.each([2, 4])('%i replicas sum up over their devices', async (replicas) => {
    const executable = await client.compile(weightedSum(3, replicas), { replicas });
    expect(executable.devices).toEqual(client.devices.slice(0, replicas));
    const values = executable.devices.map((device, i) => [
      client.upload(Float32Array.of(1, 10, 100 * (i + 1)), [3], { device }),
    ]);
    for (let round = 0; round < 3; round++) {
      const outputs = await executable.runReplicas(values);
      const ids = Array.from({ length: replicas }, (_, i) => i);
      const total = ids.reduce((sum, id) => sum + id, 0);
      const last = ids.reduce((sum, id) => sum + 100 * (id + 1) * id, 0);
      const read = await Promise.all(
        outputs.map((list) =>
          Promise.all(list.map(async (one) => [...((await one.read()) as Float32Array)])),
        ),
      );
      expect(read).toEqual(ids.map((id) => [[total, 10 * total, last], [id]]));
      expect(outputs.flat().map(({ device }) => device.id)).toEqual(ids.flatMap((id) => [id, id]));
      for (const one of outputs.flat()) one.dispose();
    }
    for (const one of [...values.flat(), executable]) one.dispose();
    expect(client.live).toEqual({ buffers: 0, executables: 0 });
  });

  test('replicas gather, all of them and in pairs', async () => {
    const executable = await client.compile(collectives(4), { replicas: 4 });
    const values = executable.devices.map((device, i) => [
      client.upload(Float32Array.of(i, 10 * i), [2], { device }),
    ]);
    const outputs = await executable.runReplicas(values);
    const read = outputs.map((list) => list.map((one) => [...(one.readSync() as Float32Array)]));
    const all = [0, 0, 1, 10, 2, 20, 3, 30];
    const [low, high] = [all.slice(0, 4), all.slice(4)];
    expect(read).toEqual([
      [all, low, [1, 10], [0]],
      [all, low, [1, 10], [0]],
      [all, high, [3, 30], [0]],
      [all, high, [3, 30], [0]],
    ]);
    for (const one of [...outputs.flat(), ...values.flat(), executable]) one.dispose();
  });

  test('the order of devices is the caller’s', async () => {
    const devices = [client.devices[3]!, client.devices[1]!];
    const executable = await client.compile(weightedSum(1, 2), { replicas: 2, devices });
    expect(executable.devices).toEqual(devices);
    const values = devices.map((device, i) => [client.upload(Float32Array.of(i + 5), [1], { device })]);
    const outputs = await executable.runReplicas(values);
    expect(await outputs[1]![0]!.read()).toEqual(Float32Array.of(6));
    for (const one of [...outputs.flat(), ...values.flat()]) one.dispose();
    executable.dispose();
  });

  test('a module for one device is divided over several, also when it comes from the cache', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'pjrt-cache-'));
    try {
      const cache = new ExecutableCache(folder);
      for (let round = 0; round < 2; round++) {
        const devices = client.devices.slice(0, 4);
        const executable = await client.compile(divided(8, 4), { partitions: 4, devices, cache });
        expect(executable.parameters.map(({ shape }) => shape)).toEqual([[2], [2, 2]]);
        const values = devices.map((device, i) => [
          client.upload(Float32Array.of(1, 2), [2], { device }),
          client.upload(Float32Array.of(i, 10, 100, i), [2, 2], { device }),
        ]);
        const outputs = await executable.runReplicas(values);
        const read = outputs.map((list) => list.map((one) => [...(one.readSync() as Float32Array)]));
        // 0 + 1 + 2 + 3 and four times 100 in the first column.
        expect(read).toEqual(
          devices.map((_, i) => [
            [407, 48],
            [i, 20, 100, 2 * i],
          ]),
        );
        expect(values.map(([w]) => w!.alive)).toEqual([false, false, false, false]);
        expect(executable.unusedDonations).toEqual([]);
        for (const one of [...outputs.flat(), ...values.flat(), executable]) one.dispose();
      }
      expect(client.live).toEqual({ buffers: 0, executables: 0 });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
