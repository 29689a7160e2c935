import { createServer, type AddressInfo, type Server } from 'node:net';
import { generationAt } from '@ganymede/tensorflow';
import { freeAddresses } from '@ganymede/testing';
import { TensorFlow } from './tensorflow-backend.js';

const listening = (server: Server): Promise<string> =>
  new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () => resolve(`127.0.0.1:${(server.address() as AddressInfo).port}`)),
  );

test('a process of a run tells which start it takes part in, whether the others are there or not', async () => {
  const addresses = await freeAddresses(2);
  expect(await generationAt(addresses[0]!)).toBeNull();
  const backend = new TensorFlow({ threads: 1 });
  await backend.activate({ workers: { addresses, rank: 0, generation: 1_764_345_600_123 } });
  expect(await new TensorFlow().generationAt(addresses[0]!)).toBe(1_764_345_600_123);
  expect(await generationAt(addresses[1]!)).toBeNull();
  backend.dispose();
});

test('what is no process of a run says nothing: one that is silent, one that ends, one that speaks of something else', async () => {
  const servers = [
    createServer((socket) => socket.on('error', () => undefined)),
    createServer((socket) => socket.on('error', () => undefined).end()),
    createServer((socket) => socket.on('error', () => undefined).end('HTTP/1.1 200 OK\r\n\r\n')),
  ];
  for (const server of servers) expect(await generationAt(await listening(server), 300)).toBeNull();
  for (const server of servers) server.close();
});
