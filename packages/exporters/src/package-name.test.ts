import { packageNameOf } from './package-name.js';

test('the name of a run becomes one that npm takes', () => {
  const made = ['My Run', '_x', '~tilde', '-a-', 'Größe', '###'].map((run) => packageNameOf(undefined, run));
  expect(made).toEqual(['my-run', 'x', 'tilde', 'a', 'gr-e', 'generator']);
});

// validate-npm-package-name, which npm asks, takes the first as new names and none of the others.
test.each(['shapes', '@you/shapes', '@you/http', '@-/-x', 'a.b_c-1', '7', 'a'.repeat(214)])(
  '%s is a name',
  (name) => {
    expect(packageNameOf(name, 'run')).toBe(name);
  },
);
test.each([
  ...['', 'Shapes', '-x', '.x', '_x', 'a b', 'a~b', '@you', '@you/', '@/x', '@you/.x', 'a/b', 'ä', 'a\n'],
  ...['http', 'fs', 'fs/promises', 'node_modules', 'favicon.ico', 'a'.repeat(215)],
])('%j is none', (name) => {
  expect(() => packageNameOf(name, 'run')).toThrow(
    expect.objectContaining({ code: 'BAD_PACKAGE_NAME', kind: 'usage' }),
  );
});

test('the name that is made of a run is checked too', () => {
  expect(() => packageNameOf(undefined, 'http')).toThrow(/no module of Node, got http$/);
});
