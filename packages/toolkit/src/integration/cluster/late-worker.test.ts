import { rollCall } from '@ganymede/workers';
import { createServer, type AddressInfo } from 'node:net';
import { createContainer } from '../../container.js';

async function freeAddress(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `127.0.0.1:${port}`;
}

test("a process of an older start hears so from the engine's own port, soon", async () => {
  const components = await createContainer();
  const backend = components.resolve('backend', { use: 'tensorflow', threads: 1 });
  const addresses = [await freeAddress(), await freeAddress()];
  await backend.activate({ workers: { addresses, rank: 0, generation: 7 } });
  const start = performance.now();
  const generationAt = backend.generationAt!.bind(backend);
  await expect(
    rollCall({ addresses, rank: 1, generation: 6, clock: components.clock, seconds: 60, generationAt }),
  ).rejects.toMatchObject({
    code: 'WORKER_OUTDATED',
    message: 'workers: expected rank 1 of generation 7, got it of generation 6',
  });
  expect(performance.now() - start).toBeLessThan(10_000);
  backend.dispose();
});
