import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../testing/make-shards.js';
import { ShardServer } from '../testing/shard-server.js';
import { HttpClient, type RemoteFile } from './http-client.js';

const bytes = 10_000;
const folder = temporaryFolder();
const remote: RemoteFile = { bytes, ranges: true, validator: null };
let server: ShardServer;

beforeAll(async () => {
  writeFileSync(join(folder, 'file'), Buffer.alloc(bytes, 7));
  server = await ShardServer.start(folder);
});
afterAll(async () => server.stop());

test('closed while the last part of a file that has come whole is written, a download ends', async () => {
  const client = new HttpClient({ retries: 0, backoffMs: 1, idleMs: 60_000 });
  let written = 0;
  const download = client.download(`${server.address}/file`, remote, {
    restart: async () => undefined,
    write: async (chunk) => {
      written += chunk.length;
      if (written < bytes) return;
      // By then nothing is left on the way: its connection has nothing more to tell.
      await new Promise((resolve) => setTimeout(resolve, 100));
      client.close();
    },
  });
  await expect(download).rejects.toThrow(/abort/);
  expect(written).toBe(bytes);
});

test('a file that is longer than it was said to be is refused', async () => {
  const client = new HttpClient({ retries: 0, backoffMs: 1, idleMs: 60_000 });
  const download = client.download(
    `${server.address}/file`,
    { ...remote, bytes: bytes - 1 },
    { restart: async () => undefined, write: async () => undefined },
  );
  await expect(download).rejects.toMatchObject({ code: 'SHARD_SHORT' });
});
