import { createServer, type AddressInfo, type Server } from 'node:net';
import { meetWorkers } from './meet-workers.js';

const clock = { now: () => 0, monotonic: () => performance.now() };
const servers: Server[] = [];
afterEach(() => servers.splice(0).forEach((server) => server.close()));

async function listening(port = 0): Promise<string> {
  const server = createServer();
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('waits for those that come later', async () => {
  const late = await listening();
  servers.pop()!.close();
  const addresses = ['127.0.0.1:1', await listening(), late];
  let met = false;
  const meeting = meetWorkers({ addresses, rank: 0, clock, seconds: 20 }).then(() => (met = true));
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(met).toBe(false);
  await listening(Number(late.split(':')[1]));
  await meeting;
});

test('names those that do not come', async () => {
  const addresses = ['127.0.0.1:1', await listening(), '127.0.0.1:2', '127.0.0.1:3'];
  await expect(meetWorkers({ addresses, rank: 3, clock, seconds: 0.3 })).rejects.toMatchObject({
    code: 'WORKERS_MISSING',
    message:
      'workers: expected all of them within 0.3 s, got no answer from rank 0 at 127.0.0.1:1, rank 2 at 127.0.0.1:2',
  });
});
