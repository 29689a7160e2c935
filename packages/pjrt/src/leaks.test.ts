import { addition } from '../testing/modules.js';
import { plugins } from '../testing/plugins.js';
import type { Client } from './index.js';

/** Megabytes of this process. */
function resident(): number {
  globalThis.gc?.();
  return process.memoryUsage().rss / 1e6;
}

describe.each(plugins)('%s', (_name, load) => {
  let client: Client;
  beforeAll(async () => (client = await load().createClient()));
  afterAll(() => client.close());

  test('10,000 buffers of 256 kB leave nothing behind', async () => {
    const values = new Float32Array(65_536).fill(1);
    const executable = await client.compile(addition(65_536, true));
    const some = async (count: number): Promise<void> => {
      const x = client.upload(values, [65_536]);
      let w = client.upload(values, [65_536]);
      for (let i = 0; i < count; i++) {
        client.upload(values, [65_536]).dispose();
        [w] = (i % 10 === 0 ? await executable.run([w, x]) : executable.start([w, x])) as [typeof w];
      }
      expect((await w.read())[0]).toBe(count + 1);
      w.dispose();
      x.dispose();
    };
    await some(1000);
    const before = resident();
    await some(5000);
    // Had every buffer stayed, it were 2,600 MB.
    expect(resident() - before).toBeLessThan(60);
    executable.dispose();
    expect(client.live).toEqual({ buffers: 0, executables: 0 });
  }, 240_000);

  test('200 executables leave nothing behind', async () => {
    const text = (i: number): string => addition(8).replace('@addition', `@addition_${i}`);
    const some = async (from: number, count: number): Promise<void> => {
      const x = client.upload(new Float32Array(8).fill(2), [8]);
      for (let i = from; i < from + count; i++) {
        const executable = await client.compile(text(i));
        const [y] = executable.start([x, x]);
        expect(y!.readSync()[0]).toBe(4);
        y!.dispose();
        executable.dispose();
      }
      x.dispose();
    };
    await some(0, 60);
    const before = resident();
    await some(60, 140);
    expect(resident() - before).toBeLessThan(60);
    expect(client.live).toEqual({ buffers: 0, executables: 0 });
  }, 240_000);
});
