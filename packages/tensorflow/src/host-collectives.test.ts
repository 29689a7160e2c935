import { freeAddresses } from '@ganymede/testing';
import { HostCollectives } from './host-collectives.js';
import { inEachProcess } from './testing/in-each-process.js';
import { BundledPackage } from './testing/own-process.js';

jest.setTimeout(120_000);

let bundled: BundledPackage;
beforeAll(() => {
  bundled = new BundledPackage();
});
afterAll(() => bundled.remove());

/** What a program that returns a value gives in each of several processes, where `host` has the sums. */
async function inEach(count: number, body: string, options = {}): Promise<readonly unknown[]> {
  const addresses = await freeAddresses(count);
  const given = await inEachProcess(
    bundled,
    addresses.map((_, rank) => ({
      body: `
        const rank = ${rank};
        const host = new exported.HostCollectives(${JSON.stringify({ addresses, rank, ...options })});
        ${body}`,
    })),
  );
  return given.map(({ value }) => value);
}

test('sums among all and among some, of both types, on this thread and beside it, again and again', async () => {
  const results = await inEach(
    4,
    `const { all } = host;
     const [summed, counted, rounded, paired, now] = Array.from({ length: 5 }, () => host.newKey());
     const pair = all.part(2);
     const given = [];
     for (let round = 0; round < 2; round++) {
       const numbers = Float32Array.of(rank, 1 / 3, round);
       given.push(await Promise.all([
         host.sum(numbers, { among: all, key: summed }),
         host.sum(Int32Array.of(rank, round), { among: all, key: counted }),
         host.sum(Float32Array.of(1 + 1 / 512, 3), { among: all, key: rounded, travelsAs: 'bfloat16' }),
         host.sum(numbers, { among: pair, key: paired }),
       ]));
       given.at(-1).push(host.sumSync(numbers, { among: all, key: now }));
     }
     return given.map((round) => round.map((numbers) => [numbers.constructor.name, ...numbers]));`,
  );
  const third = Math.fround(1 / 3);
  const expected = (rank: number, round: number): unknown => [
    ['Float32Array', 6, Math.fround(4 * third), 4 * round],
    ['Int32Array', 6, 4 * round],
    ['Float32Array', 4, 12],
    ['Float32Array', rank < 2 ? 1 : 5, Math.fround(2 * third), 2 * round],
    ['Float32Array', 6, Math.fround(4 * third), 4 * round],
  ];
  expect(results).toEqual([0, 1, 2, 3].map((rank) => [expected(rank, 0), expected(rank, 1)]));
});

test('a sum whose process is gone ends with an error, and leaves nothing', async () => {
  const [first] = await inEach(
    2,
    `const key = host.newKey();
     const sum = () => host.sum(Float32Array.of(1), { among: host.all, key });
     if (rank === 1) {
       await sum();
       process.exit(0);
     }
     const before = host.binding.getNumOfTensors();
     const error = await (async () => { for (;;) await sum(); })().catch(({ code, message }) => [code, message]);
     return [...error, host.binding.getNumOfTensors() - before];`,
    { timeoutSeconds: 5 },
  );
  expect(first).toEqual(['TENSORFLOW_ERROR', expect.any(String), 0]);
});

test('a list that cannot be is refused before anything is loaded', () => {
  expect(() => new HostCollectives({ addresses: ['127.0.0.1:1'], rank: 0 }, '/nowhere')).toThrow(
    expect.objectContaining({ code: 'BAD_WORKERS' }),
  );
});
