import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addition, weightedSum } from '../testing/modules.js';
import { plugins } from '../testing/plugins.js';
import { ExecutableCache, type Client, type Executable } from './index.js';

describe.each(plugins)('%s', (_name, load) => {
  let client: Client;
  let folder: string;
  beforeAll(async () => (client = await load().createClient()));
  afterAll(() => client.close());
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'pjrt-cache-'))));
  afterEach(() => rmSync(folder, { recursive: true }));
  const files = (): readonly string[] => readdirSync(folder).map((name) => join(folder, name));
  const written = (file: string): number => statSync(file).ino;

  async function add(executable: Executable): Promise<unknown> {
    const x = client.upload(Float32Array.of(1, 2), [2]);
    const y = client.upload(Float32Array.of(3, 4), [2]);
    const [sum] = await executable.run([x, y]);
    const read = await sum!.read();
    for (const one of [x, y, sum!, executable]) one.dispose();
    return read;
  }

  test('an executable is compiled once, also by another client', async () => {
    const cache = new ExecutableCache(folder);
    expect(await add(await client.compile(addition(2, true), { cache }))).toEqual(Float32Array.of(4, 6));
    const [file] = files();
    const before = written(file!);
    const again = await client.compile(addition(2, true), { cache });
    expect(again.outputs).toEqual([{ elementType: 'f32', shape: [2] }]);
    expect(await add(again)).toEqual(Float32Array.of(4, 6));
    expect(again.unusedDonations).toEqual([]);
    const other = await load().createClient();
    (await other.compile(addition(2, true), { cache })).dispose();
    await other.close();
    expect(files()).toEqual([file]);
    expect(written(file!)).toBe(before);
  });

  test('module, options and plugin have entries of their own', async () => {
    const cache = new ExecutableCache(folder);
    for (const [text, options] of [
      [addition(2), {}],
      [addition(3), {}],
      [addition(2), { overrides: { xla_cpu_enable_fast_math: true } }],
      [addition(2), { devices: [client.devices[1]!] }],
    ] as const) {
      (await client.compile(text, { ...options, cache })).dispose();
    }
    expect(files()).toHaveLength(4);
    const loaded = await client.compile(addition(2), { devices: [client.devices[1]!], cache });
    expect(loaded.devices).toEqual([client.devices[1]]);
    loaded.dispose();
    expect(files()).toHaveLength(4);
    const [, loadOther] = plugins.find(([name]) => name !== _name)!;
    const other = await loadOther().createClient();
    (await other.compile(addition(2), { cache })).dispose();
    await other.close();
    expect(files()).toHaveLength(5);
  });

  test.each([
    ['cut off', (bytes: Buffer) => bytes.subarray(0, bytes.length / 2)],
    ['empty', () => Buffer.alloc(0)],
    [
      'changed',
      (bytes: Buffer) => Buffer.from(bytes.map((one, i) => (i === bytes.length - 9 ? one ^ 1 : one))),
    ],
  ])('an entry that is %s is made anew', async (_what, damage) => {
    const cache = new ExecutableCache(folder);
    (await client.compile(addition(2), { cache })).dispose();
    const [file] = files() as [string];
    const good = readFileSync(file);
    writeFileSync(file, damage(good));
    expect(await add(await client.compile(addition(2), { cache }))).toEqual(Float32Array.of(4, 6));
    expect(readFileSync(file).length).toBeGreaterThan(100);
    const before = written(file);
    (await client.compile(addition(2), { cache })).dispose();
    expect(written(file)).toBe(before);
  });

  test('an entry that the plugin refuses is made anew', async () => {
    const cache = new ExecutableCache(folder);
    const key: (string | Uint8Array)[][] = [];
    const spy = new (class extends ExecutableCache {
      override read(parts: readonly (string | Uint8Array)[]) {
        key.push([...parts]);
        return super.read(parts);
      }
    })(folder);
    (await client.compile(addition(2), { cache: spy })).dispose();
    await cache.write(key[0]!, Buffer.from('not what a plugin writes'));
    expect(await add(await client.compile(addition(2), { cache }))).toEqual(Float32Array.of(4, 6));
    expect((await cache.read(key[0]!))!.length).toBeGreaterThan(100);
  });

  test('several devices; a folder that cannot be written to', async () => {
    const cache = new ExecutableCache(folder);
    for (let i = 0; i < 2; i++) {
      const executable = await client.compile(weightedSum(1, 2), { replicas: 2, cache });
      const values = executable.devices.map((device) => [client.upload(Float32Array.of(5), [1], { device })]);
      const outputs = await executable.runReplicas(values);
      expect(await outputs[0]![0]!.read()).toEqual(Float32Array.of(5));
      for (const one of [...outputs.flat(), ...values.flat()]) one.dispose();
      executable.dispose();
    }
    writeFileSync(join(folder, 'file'), '');
    const blocked = new ExecutableCache(join(folder, 'file', 'below'));
    expect(await add(await client.compile(addition(2), { cache: blocked }))).toEqual(Float32Array.of(4, 6));
  });
});
