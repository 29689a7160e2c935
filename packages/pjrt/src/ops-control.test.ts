import * as hlo from '@ganymede/stablehlo';
import { evaluate, expectAllClose } from '../testing/evaluate.js';
import { plugins } from '../testing/plugins.js';
import type { Client } from './index.js';

const i32 = hlo.tensorType('i32');
const integer = (value: number) => ({ shape: [], values: [value], elementType: 'i32' as const });

describe.each(plugins)('%s', (_name, load) => {
  let client: Client;
  beforeAll(async () => (client = await load().createClient()));
  afterAll(() => client.close());

  test.each([
    [2, 20, [30, 60]],
    [0, 10, [10, 20]],
    [7, 30, [80, 160]],
  ])('branches and loops: %i', async (n, branch, looped) => {
    const x = { shape: [2], values: [10, 20] };
    const results = await evaluate(client, { n: integer(n), x }, (v, main) => {
      const constant = (value: number) => hlo.splat(main, i32, value);
      const [small] = hlo.ifElse(
        hlo.compare(v.n, constant(3), 'LT'),
        () => [hlo.add(v.x, v.x)],
        () => [v.x],
      );
      const [which] = hlo.switchCase(v.n, [
        () => [constant(10)],
        () => [constant(15)],
        () => [constant(20)],
        () => [constant(30)],
      ]);
      const [rounds, total] = hlo.whileLoop(
        [constant(0), v.x],
        (i) => hlo.compare(i!, v.n, 'LT'),
        (i, sum) => [hlo.add(i!, constant(1)), hlo.add(sum!, v.x)],
      );
      return { small: small!, which: which!, rounds: rounds!, total: total! };
    });
    expectAllClose(results, {
      small: { shape: [2], values: n < 3 ? [20, 40] : [10, 20] },
      which: { shape: [], values: [branch] },
      rounds: { shape: [], values: [n] },
      total: { shape: [2], values: looped },
    });
  });

  test('calls, barriers, custom calls, random bits', async () => {
    const x = { shape: [3], values: [1, 2, 3] };
    const results = await evaluate(client, { x }, (v, main) => {
      const [first, second] = hlo.optimizationBarrier([v.x, hlo.add(v.x, v.x)]);
      // The one custom call that every XLA knows: of one partition it is the identity.
      const [same] = hlo.customCall('Sharding', [v.x], [v.x.type], { backendConfig: '' });
      const state = hlo.constant(main, hlo.tensorType('ui64', [2]), [1n, 2n]);
      const [next, bits] = hlo.rngBitGenerator(state, hlo.tensorType('ui32', [4]));
      const [, again] = hlo.rngBitGenerator(state, hlo.tensorType('ui32', [4]));
      const [, later] = hlo.rngBitGenerator(next, hlo.tensorType('ui32', [4]));
      return { first: first!, second: second!, same: same!, bits, again, later };
    });
    expect(results.first.values).toEqual([1, 2, 3]);
    expect(results.second.values).toEqual([2, 4, 6]);
    expect(results.same.values).toEqual([1, 2, 3]);
    expect(results.again.values).toEqual(results.bits.values);
    expect(results.later.values).not.toEqual(results.bits.values);
    expect(new Set(results.bits.values).size).toBe(4);
  });

  test('functions of the module', async () => {
    const module = new hlo.ModuleBuilder('calls');
    const both = module.function('both');
    const a = both.argument(hlo.tensorType('f32', [2]));
    both.return([hlo.add(a, a), hlo.multiply(a, a)]);
    const main = module.main();
    const x = main.argument(hlo.tensorType('f32', [2]));
    const [twice, square] = hlo.call(main, both, [x]);
    main.return([twice!, ...hlo.call(main, both, [square!])]);
    const executable = await client.compile(String(module));
    const input = client.upload(Float32Array.of(3, 4), [2]);
    const outputs = await executable.run([input]);
    expect(outputs.map((one) => [...(one.readSync() as Float32Array)])).toEqual([
      [6, 8],
      [18, 32],
      [81, 256],
    ]);
    for (const one of [...outputs, input, executable]) one.dispose();
  });
});
