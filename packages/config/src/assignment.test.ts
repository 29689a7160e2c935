import { assign, parseAssignment, parseResolution } from './assignment.js';
import { emptyConfig, mergeLayer, type MergedConfig } from './merge.js';
import { describeOrigin } from './origin.js';

const start = (): MergedConfig => {
  const config = emptyConfig();
  mergeLayer(
    config,
    {
      steps: 10,
      generator: { use: 'biggan', channels: 96 },
      regularizers: [{ use: 'r1', strength: 1 }, { use: 'orthogonal' }],
    },
    { kind: 'preset', id: 'p' },
  );
  return config;
};

const withSet = (...texts: string[]): MergedConfig => {
  const config = start();
  assign(config, texts.map(parseAssignment), '/home-of-config');
  return config;
};

test.each([
  ['steps=20', 20],
  ['steps=1e-4', 1e-4],
  ['steps=true', true],
  ['steps=[1, 2]', [1, 2]],
  ['steps={ a: b }', { a: 'b' }],
  ['steps=text with = in it', 'text with = in it'],
  ['steps=', null],
])('%s is read as YAML', (text, value) => {
  expect(withSet(text).document['steps']).toEqual(value);
});

test('an option goes into the component, and says where it came from', () => {
  const { document, origins } = withSet('generator.channels=64');
  expect(document['generator']).toEqual({ use: 'biggan', channels: 64 });
  expect(describeOrigin(origins.get('generator.channels')!)).toBe('--set generator.channels=64');
  expect(describeOrigin(origins.get('generator.use')!)).toBe('preset p');
});

test.each([['generator=deep'], ['generator.use=deep'], ['generator={ use: deep }']])(
  '%s drops the options of the component before, whatever the order',
  (choose) => {
    for (const order of [
      ['generator.depth=2', choose],
      [choose, 'generator.depth=2'],
    ])
      expect(withSet(...order).document['generator']).toEqual({ use: 'deep', depth: 2 });
  },
);

test('items of a list are set in place', () => {
  const { document, origins } = withSet('regularizers.0.strength=5', 'regularizers.1=gradient-penalty');
  expect(document['regularizers']).toEqual([{ use: 'r1', strength: 5 }, { use: 'gradient-penalty' }]);
  expect(describeOrigin(origins.get('regularizers.0.strength')!)).toBe('--set regularizers.0.strength=5');
});

test('a list is replaced as a whole', () => {
  expect(withSet('regularizers=[r1]').document['regularizers']).toEqual([{ use: 'r1' }]);
});

test('relative paths are those of the command line', () => {
  expect(withSet('data={ use: auto, path: photos }').document['data']).toEqual({
    use: 'auto',
    path: '/home-of-config/photos',
  });
  expect(withSet('plugins=[./mine, theirs]').document['plugins']).toEqual(['/home-of-config/mine', 'theirs']);
});

test.each([
  ['steps', 'expected key=value, got no ='],
  ['=3', 'expected key=value, got no key'],
  ['a..b=3', 'expected keys joined by single dots'],
  ['steps=[1', 'expected a YAML value'],
])('%s is refused', (text, message) => {
  expect(() => parseAssignment(text)).toThrow(
    expect.objectContaining({ code: 'BAD_OPTION', message: expect.stringContaining(message) }),
  );
});

test.each(['regularizers.2.use=r1', 'regularizers.x=r1'])('%s: no such item', (text) => {
  expect(() => withSet(text)).toThrow('expected an index of regularizers, 0 to 1');
});

test.each([
  ['64', 64],
  ['48,32', [48, 32]],
  ['48,48', 48],
])('a resolution %s', (text, expected) => {
  expect(parseResolution('--resolution', text)).toEqual(expected);
});

test.each(['', '3', '48x32', '48,', '48,32,3', '4.5', '48,2'])('%j is no resolution', (text) => {
  expect(() => parseResolution('--resolution', text)).toThrow(
    `--resolution: expected pixels a side, or height,width; integers of at least 4, got ${JSON.stringify(text)}`,
  );
});
