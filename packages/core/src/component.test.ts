import { z } from 'zod';
import { defineComponent, type ComponentDefinition } from './component.js';
import type { Schedule } from './optimization.js';

const constant: Schedule = { factor: () => 1 };
const valid = {
  slot: 'schedule',
  id: 'constant',
  summary: 'Stays.',
  options: z.strictObject({ scale: z.number().default(1).describe('factor') }),
  create: (): Schedule => constant,
} as const;
const define = (change: object): unknown =>
  defineComponent({ ...valid, ...change } as ComponentDefinition<'schedule'>);

describe('defineComponent', () => {
  test('returns the definition, frozen, with its types inferred', () => {
    const definition = defineComponent(valid);
    expect(definition).toBe(valid);
    expect(Object.isFrozen(definition)).toBe(true);
    const options: { scale: number } = definition.options.parse({});
    expect(options).toEqual({ scale: 1 });
    expect(definition.create(options, { runFolder: null, now: () => 0 }).factor(0)).toBe(1);
  });

  test.each([
    [{ slot: 'losses' }, 'UNKNOWN_SLOT', /expected a slot of backend, dataset, .*, got losses/],
    [{ id: 'Constant' }, 'BAD_COMPONENT_ID', /expected a kebab-case id for a schedule, got "Constant"/],
    [{ id: 'two words' }, 'BAD_COMPONENT_ID', /kebab-case/],
    [{ id: '-x' }, 'BAD_COMPONENT_ID', /kebab-case/],
    [{ id: '' }, 'BAD_COMPONENT_ID', /kebab-case/],
    [{ id: undefined }, 'BAD_COMPONENT_ID', /kebab-case/],
    [
      { options: {} },
      'BAD_COMPONENT_OPTIONS',
      /schedule constant: expected a zod object for options, got an object that is no schema/,
    ],
    [{ options: undefined }, 'BAD_COMPONENT_OPTIONS', /got undefined/],
    [{ options: null }, 'BAD_COMPONENT_OPTIONS', /got null/],
    [{ options: z.string() }, 'BAD_COMPONENT_OPTIONS', /got zod string/],
    [
      { options: { _def: { typeName: 'ZodObject' }, safeParse: () => undefined } },
      'BAD_COMPONENT_OPTIONS',
      /got a schema of zod 3 \(ZodObject\)/,
    ],
    [{ summary: '' }, 'BAD_COMPONENT', /schedule constant: expected a summary, got ""/],
    [{ create: undefined }, 'BAD_COMPONENT', /schedule constant: expected a create function, got undefined/],
  ])('refuses %p', (change, code, message) => {
    expect(() => define(change)).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(message) }),
    );
  });

  test("takes the options of a plugin's own copy of zod", () => {
    const foreign = { _zod: { def: { type: 'object' } }, safeParse: () => ({ success: true }) };
    expect(() => define({ options: foreign })).not.toThrow();
  });
});
