import { ModuleBuilder, tensorType } from '@ganymede/stablehlo';
import { mainSignature, moduleName } from './main-signature.js';

test('arguments of the main function, with those that are donated', () => {
  const module = new ModuleBuilder('a step');
  const other = module.function('other');
  other.argument(tensorType('i32'));
  other.return([]);
  const main = module.main();
  const w = main.argument(tensorType('f32', [2, 3]), { name: 'w' });
  main.argument(tensorType('bf16', []));
  main.argument(tensorType('ui8', [0, 4]), { donate: true });
  main.return([w]);
  main.donate(w, 0);
  expect(mainSignature(String(module))).toEqual([
    { elementType: 'f32', shape: [2, 3], donated: true },
    { elementType: 'bf16', shape: [], donated: false },
    { elementType: 'ui8', shape: [0, 4], donated: true },
  ]);
  expect(moduleName(String(module))).toBe('a step');
});

test('attributes with brackets and strings do not end the list', () => {
  const text =
    'func.func @main(%a: tensor<2xf32> {mhlo.sharding = "{devices=[2,1]<=[2]}", jax.buffer_donor = false}, %b : tensor<i1>) -> tensor<i1>';
  expect(mainSignature(text)).toEqual([
    { elementType: 'f32', shape: [2], donated: false },
    { elementType: 'i1', shape: [], donated: false },
  ]);
});

test('an argument that is divided over a mesh has the shape of a part', () => {
  const module = new ModuleBuilder('step', { mesh: { batch: 4, width: 2 } });
  const main = module.main();
  main.argument(tensorType('f32', [8, 3, 6]), { sharding: ['batch', null, 'width'], donate: true });
  main.argument(tensorType('i32', [8]), { sharding: [null] });
  main.argument(tensorType('f32', []));
  main.return([]);
  expect(mainSignature(String(module))).toEqual([
    { elementType: 'f32', shape: [2, 3, 3], donated: true },
    { elementType: 'i32', shape: [8], donated: false },
    { elementType: 'f32', shape: [], donated: false },
  ]);
});

test.each([
  ['module @m {}', 'StableHLO module: expected a function main, got none'],
  ['func.func @main(%a: tensor<?xf32>) -> ()', 'got tensor<?xf32>'],
  ['func.func @main(%a: tensor<2xcomplex<f32>>) -> ()', 'expected arguments of i1'],
])('%s is refused', (text, message) => {
  expect(() => mainSignature(text)).toThrow(expect.objectContaining({ code: 'BAD_MODULE' }));
  expect(() => mainSignature(text)).toThrow(message);
});
