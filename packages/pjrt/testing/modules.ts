import {
  add,
  allGather,
  allReduce,
  convert,
  dotGeneral,
  ModuleBuilder,
  multiply,
  partitionId,
  reduce,
  replicaId,
  tanh,
  tensorType,
  broadcastTo,
} from '@ganymede/stablehlo';

/** `(w [n], x [n]) -> (sum of the two)`, w donated if asked. */
export function addition(n: number, donate = false): string {
  const module = new ModuleBuilder('addition');
  const main = module.main();
  const w = main.argument(tensorType('f32', [n]), { name: 'w' });
  const x = main.argument(tensorType('f32', [n]), { name: 'x' });
  main.return([add(w, x)]);
  if (donate) main.donate(w, 0);
  return String(module);
}

/** `(x [64, 64]) -> (x)` by way of many products: what takes the compiler seconds. */
export function long(products: number): string {
  const module = new ModuleBuilder('long');
  const main = module.main();
  let x = main.argument(tensorType('f32', [64, 64]));
  for (let i = 0; i < products; i++) x = tanh(dotGeneral(x, x, { contracting: [[1], [0]] }));
  main.return([x]);
  return String(module);
}

/** `(x [n]) -> (sum over replicas of x times the replica's number, that number)`. */
export function weightedSum(n: number, replicas: number): string {
  const module = new ModuleBuilder('weighted_sum', { replicas });
  const main = module.main();
  const x = main.argument(tensorType('f32', [n]));
  const id = convert(replicaId(main), 'f32');
  main.return([allReduce(multiply(x, broadcastTo(id, [n]))), id]);
  return String(module);
}

/** `(x [2]) -> (x of all replicas, x of each pair, the largest of each pair, the partition)`. */
export function collectives(replicas: number): string {
  const groups = Array.from({ length: replicas / 2 }, (_, i) => [2 * i, 2 * i + 1]);
  const module = new ModuleBuilder('collectives', { replicas });
  const main = module.main();
  const x = main.argument(tensorType('f32', [2]));
  main.return([
    allGather(x, 0),
    allGather(x, 0, { groups }),
    allReduce(x, 'maximum', { groups }),
    convert(partitionId(main), 'f32'),
  ]);
  return String(module);
}

/**
 * `(w [2], x [batch, 2]) -> (w + the sum of x over the batch, x times w)`, written for one device and divided over
 * `partitions`: w, which is donated, and the sum are whole everywhere, of x and of the product each has a part.
 */
export function divided(batch: number, partitions: number): string {
  const module = new ModuleBuilder('divided', { mesh: { batch: partitions } });
  const main = module.main();
  const w = main.argument(tensorType('f32', [2]), { name: 'w', sharding: [null] });
  const x = main.argument(tensorType('f32', [batch, 2]), { name: 'x', sharding: ['batch', null] });
  const product = multiply(x, broadcastTo(w, [batch, 2]));
  main.return([add(w, reduce(x, [0], 'add')), product], {
    shardings: [[null], ['batch', null]],
  });
  main.donate(w, 0);
  return String(module);
}
