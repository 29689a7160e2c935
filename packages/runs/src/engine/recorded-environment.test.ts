import { parseEnvironment } from './recorded-environment.js';

const backend = { name: 'wasm', library: 'tfjs 4.22.0', device: 'cpu' };
const plugins = [{ name: 'ours', version: null, file: '/p.js', hash: 'abc' }];

test('what programs read of an environment', () => {
  const content = {
    backend: { ...backend, threads: 2 },
    precision: 'float32',
    cores: 2,
    components: { toolkit: '0.1.0', plugins },
  };
  expect(parseEnvironment(content)).toEqual({
    backend,
    precision: 'float32',
    components: { toolkit: '0.1.0', plugins },
  });
});

test('a part of another form takes no other part with it', () => {
  expect(parseEnvironment({ backend: 'wasm', components: { toolkit: 3, plugins } })).toEqual({
    backend: undefined,
    components: { toolkit: undefined, plugins },
  });
});

test.each([null, [], 'text', 4])('%j says nothing', (content) => {
  expect(parseEnvironment(content)).toEqual({});
});
