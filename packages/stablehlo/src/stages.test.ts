import { add, compare, ifElse, ModuleBuilder, multiply, splat, tensorType } from './index.js';
import { stagesOf } from './stages.js';

const f32 = (...shape: number[]) => tensorType('f32', shape);

test('a module without exchanges is one stage', () => {
  const module = new ModuleBuilder('step');
  const main = module.main();
  const x = main.argument(f32(2));
  main.return([add(x, x)]);
  const [stage, ...others] = stagesOf(module);
  expect(others).toEqual([]);
  expect(stage).toMatchObject({
    text: String(module),
    takes: [x],
    gives: [],
    finals: [0],
    exchanges: [],
    donated: [],
  });
});

test('exchanges that do not wait for one another are made together, and what is taken for the last time is donated', () => {
  const module = new ModuleBuilder('step');
  const main = module.main();
  const x = main.argument(f32(2), { name: 'x' });
  const w = main.argument(f32(2), { name: 'w' });
  const one = splat(main, f32(2), 1);
  const first = main.exchange(add(x, one), 'sum');
  const doubled = multiply(first, first);
  const second = main.exchange(multiply(x, x), 'sum');
  const third = main.exchange(add(doubled, second), 'mean');
  const next = add(multiply(w, one), third);
  main.return([second, next]);
  main.donate(w, 1);
  const stages = stagesOf(module);
  expect(stages.map(({ exchanges }) => exchanges.map(({ how }) => how))).toEqual([
    ['sum', 'sum'],
    ['mean'],
    [],
  ]);
  expect(stages.map(({ finals }) => finals)).toEqual([[], [], [0, 1]]);
  // `w` could be read until the last stage begins, which does not take it.
  expect(stages.map(({ donated }) => donated)).toEqual([[], [first], [stages[2]!.takes[0], third, second]]);
  expect(stages.map(({ text }) => text)).toMatchInlineSnapshot(`
   [
     "module @step_0 attributes {mhlo.num_partitions = 1 : i32, mhlo.num_replicas = 1 : i32} {
     func.func public @main(%x: tensor<2xf32>, %w: tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) {
       %0 = stablehlo.constant dense<1.0> : tensor<2xf32> loc("constant")
       %1 = stablehlo.add %x, %0 : tensor<2xf32> loc("add")
       %4 = stablehlo.multiply %x, %x : tensor<2xf32> loc("multiply")
       %8 = stablehlo.multiply %w, %0 : tensor<2xf32> loc("multiply")
       return %1, %4, %8 : tensor<2xf32>, tensor<2xf32>, tensor<2xf32>
     }
   }
   ",
     "module @step_1 attributes {mhlo.num_partitions = 1 : i32, mhlo.num_replicas = 1 : i32} {
     func.func public @main(%2: tensor<2xf32> {jax.buffer_donor = true}, %5: tensor<2xf32>) -> (tensor<2xf32>) {
       %3 = stablehlo.multiply %2, %2 : tensor<2xf32> loc("multiply")
       %6 = stablehlo.add %3, %5 : tensor<2xf32> loc("add")
       return %6 : tensor<2xf32>
     }
   }
   ",
     "module @step_2 attributes {mhlo.num_partitions = 1 : i32, mhlo.num_replicas = 1 : i32} {
     func.func public @main(%8: tensor<2xf32> {jax.buffer_donor = true}, %7: tensor<2xf32> {jax.buffer_donor = true}, %5: tensor<2xf32> {jax.buffer_donor = true}) -> (tensor<2xf32>, tensor<2xf32>) {
       %9 = stablehlo.add %8, %7 : tensor<2xf32> loc("add")
       return %5, %9 : tensor<2xf32>, tensor<2xf32>
     }
   }
   ",
   ]
  `);
  expect(() => String(module)).toThrow('function main: expected no exchanges, got some');
});

test('what regions take of the body counts, and one result of several', () => {
  const module = new ModuleBuilder('step');
  const main = module.main();
  const x = main.argument(f32(), { name: 'x' });
  const [left, right] = ifElse(
    compare(x, x, 'EQ'),
    () => [add(x, x), x],
    () => [x, x],
  );
  const brought = main.exchange(left!, 'sum');
  const [result] = ifElse(
    compare(brought, x, 'LT'),
    () => [multiply(right!, brought)],
    () => [right!],
  );
  main.return([result!]);
  const [first, second] = stagesOf(module);
  expect(first!.gives.map(({ name }) => name).sort()).toEqual([left!.name, right!.name].sort());
  expect(second!.takes).toEqual(expect.arrayContaining([right, brought, x]));
  expect(second!.text).toContain(`${right!.name.replace('#', '_')}: tensor<f32>`);
  expect(second!.text).not.toContain(right!.name);
});

test('what a module with exchanges cannot be', () => {
  const module = new ModuleBuilder('step', { mesh: { batch: 2 } });
  const main = module.main();
  const x = main.argument(f32());
  main.return([main.exchange(x, 'sum')]);
  expect(() => stagesOf(module)).toThrow(expect.objectContaining({ code: 'BAD_MODULE' }));
  const inner = new ModuleBuilder('m').main();
  const y = inner.argument(f32());
  expect(() =>
    ifElse(
      compare(y, y, 'EQ'),
      () => [inner.exchange(y, 'sum')],
      () => [y],
    ),
  ).toThrow('exchange in main: expected no region to be open');
});
