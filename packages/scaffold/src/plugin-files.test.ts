import { expectNewId, expectSlot, idOf, trainingFlags } from './plugin-files.js';

test('an id is the name without scope', () => {
  expect(idOf('@you/ganymede-soft-margin')).toBe('soft-margin');
  for (const name of ['', '../x', 'UPPER', '@a/b/c', 'node_modules', '1x', 'a b', '__proto__'])
    expect(() => idOf(name)).toThrow('expected a package name');
});

test('an id that the slot has is refused: the plugin could not be opened', () => {
  expect(() => expectNewId('mine', 'loss', ['hinge'])).not.toThrow();
  expect(() => expectNewId('hinge', 'loss', ['hinge'])).toThrow('expected an id that no loss has, got hinge');
});

test('a slot is one that core has', () => {
  expect(expectSlot('loss')).toBe('loss');
  expect(() => expectSlot('losses')).toThrow(/^--slot: expected one of .*\bloss\b.*, got losses$/);
});

test('a component gets into a run by the flags of its slot', () => {
  expect(trainingFlags('loss', 'mine')).toBe('--preset quickstart --plugin . --set loss=mine');
  // It has no flag of `train`: a truncation is drawn with.
  for (const slot of ['truncation', 'sampler'] as const)
    expect(trainingFlags(slot, 'mine')).toBe('--preset quickstart --plugin .');
});
