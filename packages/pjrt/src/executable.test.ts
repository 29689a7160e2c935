import {
  add,
  broadcastTo,
  dotGeneral,
  ModuleBuilder,
  multiply,
  reduce,
  splat,
  tensorType,
  whileLoop,
  compare,
} from '@ganymede/stablehlo';
import { addition } from '../testing/modules.js';
import { plugins } from '../testing/plugins.js';
import type { Client, DeviceBuffer } from './index.js';

const numbers = async (buffer: DeviceBuffer): Promise<number[]> => [
  ...((await buffer.read()) as Float32Array),
];

/** `(x [n, n]) -> (x, multiplied 30 times by itself / n)`: takes a while. */
function slow(n: number): string {
  const module = new ModuleBuilder('slow');
  const main = module.main();
  const type = tensorType('f32', [n, n]);
  const x = main.argument(type);
  const i32 = tensorType('i32');
  const [, y] = whileLoop(
    [splat(main, i32, 0), x],
    (i) => compare(i!, splat(main, i32, 30), 'LT'),
    (i, v) => [
      add(i!, splat(main, i32, 1)),
      multiply(dotGeneral(v!, x, { contracting: [[1], [0]] }), splat(main, type, 1 / n)),
    ],
  );
  main.return([y!]);
  return String(module);
}

describe.each(plugins)('%s', (_name, load) => {
  let client: Client;
  beforeAll(async () => (client = await load().createClient()));
  afterAll(() => client.close());
  afterEach(() => expect(client.live).toEqual({ buffers: 0, executables: 0 }));
  const upload = (...values: number[]): DeviceBuffer =>
    client.upload(Float32Array.from(values), [values.length]);

  test('knows what it takes, gives and needs', async () => {
    const executable = await client.compile(addition(3, true));
    expect(executable.name).toBe('addition');
    expect(executable.parameters).toEqual([
      { elementType: 'f32', shape: [3], donated: true },
      { elementType: 'f32', shape: [3], donated: false },
    ]);
    expect(executable.outputs).toEqual([{ elementType: 'f32', shape: [3] }]);
    expect(executable.devices).toEqual([client.devices[0]]);
    expect(executable.memory()).toMatchObject({ arguments: 24, outputs: 12, aliased: 12 });
    executable.dispose();
  });

  test('runs, off the main thread and on it', async () => {
    const executable = await client.compile(addition(2));
    const [a, b] = [upload(1, 2), upload(10, 20)];
    const [run] = await executable.run([a, b]);
    const [started] = executable.start([run!, b]);
    await started!.ready();
    expect([await numbers(run!), await numbers(started!)]).toEqual([
      [11, 22],
      [21, 42],
    ]);
    for (const one of [a, b, run!, started!, executable]) one.dispose();
  });

  test('the event loop is free during a run', async () => {
    const executable = await client.compile(slow(400));
    const x = client.upload(new Float32Array(400 * 400).fill(1), [400, 400]);
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    const [y] = await executable.run([x]);
    clearInterval(timer);
    expect(turns).toBeGreaterThan(2);
    expect((await y!.read())[5]).toBeCloseTo(1, 3);
    for (const one of [x, y!, executable]) one.dispose();
  });

  test('everything may be disposed of while a run uses it', async () => {
    const executable = await client.compile(slow(200));
    const x = client.upload(new Float32Array(200 * 200).fill(1), [200, 200]);
    const runs = [executable.run([x]), executable.run([x])];
    const [started] = executable.start([x]);
    x.dispose();
    executable.dispose();
    for (const [y] of await Promise.all(runs)) {
      expect((await y!.read())[7]).toBeCloseTo(1, 3);
      y!.dispose();
    }
    expect(started!.readSync()[7]).toBeCloseTo(1, 3);
    started!.dispose();
    await expect(executable.run([])).rejects.toMatchObject({ code: 'EXECUTABLE_DISPOSED' });
  });

  test('donation: one memory for a variable, and a used one says so', async () => {
    const executable = await client.compile(addition(1000, true));
    const ones = client.upload(new Float32Array(1000).fill(1), [1000]);
    let variable = client.upload(new Float32Array(1000), [1000]);
    const first = variable;
    for (let i = 0; i < 5; i++) {
      const before = variable;
      [variable] = (
        i % 2 === 0 ? await executable.run([before, ones]) : executable.start([before, ones])
      ) as [DeviceBuffer];
      expect(before.alive).toBe(false);
    }
    expect((await numbers(variable)).every((one) => one === 5)).toBe(true);
    expect(executable.unusedDonations).toEqual([]);
    expect(client.live.buffers).toBe(2);
    const error = expect.objectContaining({
      code: 'BUFFER_DONATED',
      message: expect.stringContaining('tensor<1000xf32>, which was donated'),
    });
    expect(() => first.readSync()).toThrow(error);
    expect(() => executable.start([first, ones])).toThrow(error);
    for (const one of [first, variable, ones, executable]) one.dispose();
  });

  test('a donation that the compiler found no use for is told, and the buffer is gone all the same', async () => {
    const module = new ModuleBuilder('m');
    const main = module.main();
    const x = main.argument(tensorType('f32', [8]), { donate: true });
    main.return([reduce(x, [0], 'add')]);
    const executable = await client.compile(String(module));
    const buffer = upload(1, 2, 3, 4, 5, 6, 7, 8);
    const [sum] = await executable.run([buffer]);
    expect(await numbers(sum!)).toEqual([36]);
    expect(executable.unusedDonations).toEqual([0]);
    expect(buffer.alive).toBe(false);
    sum!.dispose();
    executable.dispose();
  });

  test('wrong arguments are refused with their types, and leave the right ones as they were', async () => {
    const executable = await client.compile(addition(2, true));
    const [a, b, c] = [
      upload(1, 2),
      upload(1, 2, 3),
      client.upload(Float32Array.of(1, 2), [2], { device: client.devices[1]! }),
    ];
    const code = 'WRONG_ARGUMENTS';
    for (const [values, message] of [
      [[a], 'expected tensor<2xf32>, tensor<2xf32>, got tensor<2xf32>'],
      [[a, b], 'expected tensor<2xf32>, tensor<2xf32>, got tensor<2xf32>, tensor<3xf32>'],
      [[a, c], 'expected arguments on device 0, got one on device 1'],
      [[a, a], 'expected a donated argument to be passed once, got tensor<2xf32> twice'],
    ] as const) {
      expect(() => executable.start(values)).toThrow(
        expect.objectContaining({ code, message: `run of addition: ${message}` }),
      );
      await expect(executable.run(values)).rejects.toMatchObject({ code });
    }
    await expect(
      executable.runReplicas([
        [a, a],
        [c, c],
      ]),
    ).rejects.toMatchObject({
      // prettier-ignore
      message: 'run of addition: expected arguments for 1 devices, got 2',
    });
    expect(a.alive).toBe(true);
    for (const one of [a, b, c, executable]) one.dispose();
  });

  test('what the compiler refuses comes as data: its code, its first lines, all it said', async () => {
    const text = addition(2).replace('stablehlo.add', 'stablehlo.nothing');
    await expect(client.compile(text)).rejects.toMatchObject({
      name: 'PjrtError',
      code: expect.stringMatching(/^PJRT_(UNKNOWN|INVALID_ARGUMENT)$/),
      message: expect.stringMatching(/^Client_Compile: .*stablehlo.nothing/),
      details: expect.stringContaining('Failed to parse using StableHLO'),
    });
    await expect(client.compile('module @m {}')).rejects.toMatchObject({ code: 'BAD_MODULE' });
  });

  test('flags of XLA go with a program, and unknown ones are refused', async () => {
    const executable = await client.compile(addition(2), { overrides: { xla_cpu_enable_fast_math: true } });
    executable.dispose();
    await expect(
      client.compile(addition(2), { overrides: { xla_no_such_flag: true } }),
    ).rejects.toMatchObject({
      code: expect.stringMatching(/^PJRT_/),
      message: expect.stringContaining('xla_no_such_flag'),
    });
  });

  test('a program runs on the device that it was compiled for', async () => {
    const device = client.devices[2]!;
    const executable = await client.compile(addition(1), { devices: [device] });
    expect(executable.devices).toEqual([device]);
    const x = client.upload(Float32Array.of(4), [1], { device });
    const [y] = await executable.run([x, x]);
    expect([y!.device, await numbers(y!)]).toEqual([device, [8]]);
    for (const one of [x, y!, executable]) one.dispose();
  });

  test('programs without arguments or results', async () => {
    const module = new ModuleBuilder('constant');
    const main = module.main();
    main.return([broadcastTo(splat(main, tensorType('f32'), 3), [2])]);
    const executable = await client.compile(String(module));
    const [y] = await executable.run([]);
    expect(await numbers(y!)).toEqual([3, 3]);
    const empty = new ModuleBuilder('empty');
    const nothing = empty.main();
    nothing.argument(tensorType('f32', [1]));
    nothing.return([]);
    const other = await client.compile(String(empty));
    const x = upload(1);
    expect(await other.run([x])).toEqual([]);
    for (const one of [x, y!, executable, other]) one.dispose();
  });
});
