import {
  add,
  call,
  compare,
  ifElse,
  ModuleBuilder,
  multiply,
  reduceWith,
  sort,
  splat,
  tensorType,
  typeText,
  whileLoop,
} from './index.js';

const f32 = (...shape: number[]) => tensorType('f32', shape);

test('the text of a module: arguments, scopes as locations, donation, results', () => {
  const module = new ModuleBuilder('step', { replicas: 2 });
  const main = module.main();
  const weight = main.argument(f32(2), { name: 'generator/w' });
  const rate = main.argument(f32(), { name: 'rate', donate: true });
  const next = main.scope('adam', () => main.scope('w', () => add(weight, splat(main, f32(2), -0.1))));
  main.return([rate, next]);
  main.donate(weight, 1);
  expect(String(module))
    .toBe(`module @step attributes {mhlo.num_partitions = 1 : i32, mhlo.num_replicas = 2 : i32} {
  func.func public @main(%generator_w: tensor<2xf32> {tf.aliasing_output = 1 : i32}, %rate: tensor<f32> {jax.buffer_donor = true}) -> (tensor<f32>, tensor<2xf32>) {
    %0 = stablehlo.constant dense<-0.1> : tensor<2xf32> loc("adam/w/constant")
    %1 = stablehlo.add %generator_w, %0 : tensor<2xf32> loc("adam/w/add")
    return %rate, %1 : tensor<f32>, tensor<2xf32>
  }
}
`);
  expect(main.operationCount).toBe(2);
});

test('the text of a module that is divided over a mesh', () => {
  const module = new ModuleBuilder('step', { mesh: { batch: 4 } });
  expect(module.partitions).toBe(4);
  const main = module.main();
  const images = main.argument(f32(8, 2), { name: 'images', sharding: ['batch', null] });
  const weight = main.argument(f32(2), { name: 'w', sharding: [null] });
  main.return([images, weight], { shardings: [undefined, [null]] });
  main.donate(weight, 1);
  expect(String(module))
    .toBe(`module @step attributes {mhlo.num_partitions = 4 : i32, mhlo.num_replicas = 1 : i32} {
  sdy.mesh @mesh = <["batch"=4]>
  func.func public @main(%images: tensor<8x2xf32> {sdy.sharding = #sdy.sharding<@mesh, [{"batch"}, {}]>}, %w: tensor<2xf32> {sdy.sharding = #sdy.sharding<@mesh, [{}]>, tf.aliasing_output = 1 : i32}) -> (tensor<8x2xf32>, tensor<2xf32> {sdy.sharding = #sdy.sharding<@mesh, [{}]>}) {
    return %images, %w : tensor<8x2xf32>, tensor<2xf32>
  }
}
`);
});

test('the text of regions, and results by number', () => {
  const module = new ModuleBuilder('m');
  const main = module.main();
  const x = main.argument(f32(3));
  const [count, sum] = whileLoop(
    [splat(main, tensorType('i32'), 0), x],
    (i) => compare(i!, splat(main, tensorType('i32'), 4), 'LT'),
    (i, total) => [add(i!, splat(main, tensorType('i32'), 1)), add(total!, x)],
  );
  main.return([sum!]);
  expect(count!.name).toBe('%10#0');
  expect(String(module)).toContain(`    %10:2 = "stablehlo.while"(%0, %arg0) ({
    ^bb0(%1: tensor<i32>, %2: tensor<3xf32>):
      %3 = stablehlo.constant dense<4> : tensor<i32> loc("constant")
      %4 = stablehlo.compare LT, %1, %3, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1> loc("compare")
      stablehlo.return %4 : tensor<i1>
    }, {
    ^bb0(%5: tensor<i32>, %6: tensor<3xf32>):
      %7 = stablehlo.constant dense<1> : tensor<i32> loc("constant")
      %8 = stablehlo.add %5, %7 : tensor<i32> loc("add")
      %9 = stablehlo.add %6, %arg0 : tensor<3xf32> loc("add")
      stablehlo.return %8, %9 : tensor<i32>, tensor<3xf32>
    }) : (tensor<i32>, tensor<3xf32>) -> (tensor<i32>, tensor<3xf32>) loc("while")
    return %10#1 : tensor<3xf32>`);
});

test('names that MLIR does not take, or that are taken, are made others', () => {
  const main = new ModuleBuilder('m').main();
  const names = ['a b', 'a_b', '3x'].map((name) => main.argument(f32(), { name }).name);
  expect(names).toEqual(['%a_b', '%a_b_1', '%arg_3x']);
  const module = new ModuleBuilder('the "step"');
  module.main().return([]);
  expect(String(module)).toMatch(/^module @"the \\22step\\22" /);
});

test('a function of the module is called with its types', () => {
  const module = new ModuleBuilder('m');
  const square = module.function('square');
  const x = square.argument(f32(2));
  const main = module.main();
  const y = main.argument(f32(2));
  expect(() => call(main, square, [y])).toThrow(expect.objectContaining({ code: 'BAD_MODULE' }));
  square.return([multiply(x, x)]);
  expect(() => call(main, square, [])).toThrow('call of square: expected tensor<2xf32>, got nothing');
  const [z] = call(main, square, [y]);
  expect(typeText(z!.type)).toBe('tensor<2xf32>');
  main.return([z!]);
  expect(String(module)).toContain('func.call @square(%arg0) : (tensor<2xf32>) -> tensor<2xf32>');
});

describe('values are used where they exist', () => {
  const module = new ModuleBuilder('m');
  const main = module.main();
  const x = main.argument(f32());
  const row = main.argument(f32(4));

  test('not in another function', () => {
    const other = module.function('other').argument(f32());
    expect(() => add(x, other)).toThrow(
      expect.objectContaining({
        code: 'OUT_OF_SCOPE',
        message: 'add: expected a value of the function main, got %arg0: tensor<f32> of other',
      }),
    );
  });

  test('not after their region', () => {
    let inner = x;
    const predicate = compare(x, x, 'EQ');
    const [result] = ifElse(
      predicate,
      () => [(inner = add(x, x))],
      () => [x],
    );
    expect(() => add(result!, inner)).toThrow('got %1: tensor<f32> of a region that has ended');
  });

  test('not in a reduction around which they stand', () => {
    const act = () => reduceWith([row], [splat(main, f32(), 0)], [0], (a, b) => [add(add(a!, b!), x)]);
    expect(act).toThrow(
      expect.objectContaining({ code: 'OUT_OF_SCOPE', hint: expect.stringContaining('inside the region') }),
    );
    // The builder stands where it stood before the error.
    expect(add(x, x).block).toBe(main.body);
    // Constants are made anew inside, and once in a block.
    sort([row], 0, (a, b) => compare(add(a!, splat(main, f32(), 0)), add(b!, splat(main, f32(), 0)), 'LT'));
  });

  test('not after the return', () => {
    const ended = new ModuleBuilder('m').main();
    const one = ended.argument(f32());
    ended.return([one]);
    expect(() => add(one, one)).toThrow('expected an op before the return of main');
    expect(() => ended.return([])).toThrow('expected one return');
  });
});

test('constants with the same text are one value', () => {
  const main = new ModuleBuilder('m').main();
  expect(splat(main, f32(2), 1)).toBe(splat(main, f32(2), 1));
  expect(splat(main, f32(2), 1)).not.toBe(splat(main, f32(3), 1));
  expect(main.operationCount).toBe(2);
});

describe('what a module cannot be', () => {
  test.each([
    ['no main', () => String(new ModuleBuilder('m')), 'module m: expected a main function, got none'],
    [
      'no return',
      () => {
        const module = new ModuleBuilder('m');
        module.main();
        return String(module);
      },
      'function main: expected a return, got none',
    ],
    [
      'replicas of 0',
      () => new ModuleBuilder('m', { replicas: 0 }),
      'replicas and partitions of 1 or more, got 0',
    ],
    [
      'an axis of size 0',
      () => new ModuleBuilder('m', { mesh: { batch: 0 } }),
      'module m: expected axes with names, of size 1 or more, got batch: 0',
    ],
    [
      'other partitions than its mesh',
      () => new ModuleBuilder('m', { mesh: { batch: 2 }, partitions: 4 }),
      'module m: expected as many partitions as the mesh has, got 4 for a mesh of 2',
    ],
    ...([[['batch']], [['batch', 'batch']], [[null, 'batch']], [['constructor', null]]] as const).map(
      ([sharding]) =>
        [
          `an argument divided by [${sharding.join(', ')}]`,
          () => new ModuleBuilder('m', { mesh: { batch: 4 } }).main().argument(f32(8, 2), { sharding }),
          `%arg0 of main: expected for each dimension of tensor<8x2xf32> null or an axis that divides it, each once, of batch (4), got [${sharding.join(', ')}]`,
        ] as [string, () => unknown, string],
    ),
    [
      'a division without a mesh',
      () => new ModuleBuilder('m').main().argument(f32(8), { sharding: ['batch'] }),
      'each once, of a mesh, got [batch]',
    ],
    [
      'two of one name',
      () => {
        const module = new ModuleBuilder('m');
        module.main();
        module.main();
      },
      'names of functions to differ, got a second main',
    ],
    ['a name with a space', () => new ModuleBuilder('m').function('a b'), 'letters, digits and _, got a b'],
  ])('%s', (_what, act, message) => {
    expect(act).toThrow(message);
  });
});

describe('donation', () => {
  const built = () => {
    const main = new ModuleBuilder('m').main();
    const x = main.argument(f32(2), { name: 'x' });
    const y = main.argument(f32(2), { name: 'y' });
    return { main, x, y, sum: add(x, y) };
  };

  test('goes to a result of the same type', () => {
    const { main, x, sum } = built();
    main.donate(x, 1);
    expect(() => main.return([sum])).toThrow(
      expect.objectContaining({
        code: 'SHAPE_MISMATCH',
        message: 'donate in main: expected result 1 of type tensor<2xf32> for %x, got 1 results',
      }),
    );
  });

  test('takes a result once, and arguments only', () => {
    const { main, x, y, sum } = built();
    main.donate(x, 0);
    expect(() => main.donate(y, 0)).toThrow('expected one argument for result 0, got %x and %y');
    expect(() => main.donate(sum)).toThrow('expected an argument of the function, got %0: tensor<2xf32>');
  });
});
