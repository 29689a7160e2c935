import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import { rollCall } from './roll-call.js';

const clock = { now: () => 0, monotonic: () => performance.now() };

const portOf = (server: Server): Promise<number> =>
  new Promise((resolve) => server.listen(0, () => resolve((server.address() as AddressInfo).port)));

async function freeAddresses(count: number): Promise<readonly string[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports = await Promise.all(servers.map(portOf));
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports.map((port) => `127.0.0.1:${port}`);
}

const called = (
  addresses: readonly string[],
  rank: number,
  generation?: number,
  seconds = 20,
): Promise<void> =>
  rollCall({ addresses, rank, clock, seconds, ...(generation !== undefined && { generation }) });

test('all of one generation meet, in whatever order they come, and leave their ports free', async () => {
  const addresses = await freeAddresses(3);
  const late = new Promise((resolve) => setTimeout(resolve, 500));
  const others = [called(addresses, 2, 4), called(addresses, 1, 4)];
  await Promise.all([...others, late.then(() => called(addresses, 0, 4))]);
  await Promise.all([0, 1, 2].map((rank) => called(addresses, rank)));
});

test('one of an older start is refused by name, and the others wait for the right one', async () => {
  const addresses = await freeAddresses(2);
  const leader = called(addresses, 0, 7);
  await expect(called(addresses, 1, 6)).rejects.toMatchObject({
    code: 'WORKER_OUTDATED',
    message: 'workers: expected rank 1 of generation 7, got it of generation 6',
  });
  await expect(called(addresses, 1)).rejects.toMatchObject({ code: 'WORKER_OUTDATED' });
  await Promise.all([leader, called(addresses, 1, 7)]);
});

test('a leader of an older start gives way', async () => {
  const addresses = await freeAddresses(2);
  const newer = called(addresses, 1, 9);
  await expect(called(addresses, 0, 8)).rejects.toMatchObject({
    code: 'WORKER_OUTDATED',
    message: 'workers: expected rank 0 of generation 9, got it of generation 8',
  });
  await Promise.all([newer, called(addresses, 0, 9)]);
});

test('those that do not come are named in all of them', async () => {
  const addresses = await freeAddresses(4);
  const message = `workers: expected all of them within 1 s, got no answer from rank 1 at ${addresses[1]}, rank 3 at ${addresses[3]}`;
  const ends = await Promise.allSettled([called(addresses, 0, 1, 1), called(addresses, 2, 1, 1.5)]);
  expect(ends[0]).toMatchObject({ reason: { code: 'WORKERS_MISSING', message } });
  expect(ends[1]).toMatchObject({
    reason: { code: 'WORKERS_MISSING', message: message.replace('1 s', '1.5 s') },
  });
  await expect(called(addresses, 1, 1, 0.5)).rejects.toMatchObject({
    code: 'WORKERS_MISSING',
    message: expect.stringContaining(`got no answer from rank 0 at ${addresses[0]}`),
  });
});

test('an address that is taken is waited for, and named when the time is over', async () => {
  const addresses = await freeAddresses(2);
  const old = createServer();
  const [port] = addresses[1]!.split(':').slice(1).map(Number);
  await new Promise<void>((resolve) => old.listen(port, () => resolve()));
  await expect(called(addresses, 1, 2, 0.5)).rejects.toMatchObject({
    code: 'WORKER_ADDRESS_TAKEN',
    message: expect.stringContaining(`the address of rank 1, ${addresses[1]}, to be free, got`),
  });
  const both = Promise.all([called(addresses, 0, 2), called(addresses, 1, 2)]);
  await new Promise((resolve) => setTimeout(resolve, 500));
  old.close();
  await both;
});

test('what is no process of the run is not listened to, nor waited for', async () => {
  const addresses = await freeAddresses(2);
  const leader = called(addresses, 0, 3);
  const { port } = { port: Number(addresses[0]!.split(':')[1]) };
  await new Promise((resolve) => setTimeout(resolve, 300));
  const words = [
    'PRI * HTTP/2.0\r\n\r\n',
    '{}\n',
    'null\n',
    '{"rank":5,"generation":3}\n',
    '{"rank":1}\n',
    '',
  ];
  const strangers = words.map((text) =>
    connect({ port, host: '127.0.0.1' }, function (this: void) {
      strangers[words.indexOf(text)]!.write(text);
    }),
  );
  const closed = strangers
    .slice(0, -1)
    .map((one) => new Promise((resolve) => one.on('error', resolve).on('close', resolve)));
  await Promise.all(closed);
  await Promise.all([leader, called(addresses, 1, 3)]);
  for (const one of strangers) one.destroy();
});

describe('one that comes while the others work', () => {
  /** What an engine has at its port: it takes connections, and ends them when it hears what it does not know. */
  const working = async (address: string): Promise<Server> => {
    const server = createServer((socket) =>
      socket.on('error', () => undefined).once('data', () => socket.end()),
    );
    await new Promise<void>((resolve) => server.listen(Number(address.split(':')[1]), () => resolve()));
    return server;
  };
  const late = (
    addresses: readonly string[],
    rank: number,
    generation: number,
    theirs: number,
    seconds = 20,
  ): Promise<void> =>
    rollCall({
      addresses,
      rank,
      clock,
      seconds,
      generation,
      generationAt: async (address) => (address === addresses[0] ? theirs : null),
    });

  test('hears at once that it is of an older start, whether its address is free or not', async () => {
    const addresses = await freeAddresses(3);
    const servers = [await working(addresses[0]!), await working(addresses[2]!)];
    const start = performance.now();
    for (const rank of [0, 1, 2])
      await expect(late(addresses, rank, 4, 5)).rejects.toMatchObject({
        code: 'WORKER_OUTDATED',
        message: `workers: expected rank ${rank} of generation 5, got it of generation 4`,
      });
    expect(performance.now() - start).toBeLessThan(10_000);
    for (const server of servers) server.close();
  });

  test('waits for those that are older or of its own start, and tells in the end that they go on', async () => {
    const addresses = await freeAddresses(2);
    const server = await working(addresses[0]!);
    await expect(late(addresses, 1, 5, 5, 0.5)).rejects.toMatchObject({
      code: 'WORKERS_MISSING',
      message: `workers: expected all of them within 0.5 s, got one that works already from rank 0 at ${addresses[0]}`,
    });
    await expect(late(addresses, 1, 5, 4, 0.5)).rejects.toMatchObject({
      message: expect.stringContaining('got no answer from rank 0'),
    });
    const both = Promise.all([late(addresses, 1, 5, 4), late(addresses, 0, 5, 4)]);
    await new Promise((resolve) => setTimeout(resolve, 500));
    server.close();
    await both;
  });
});
