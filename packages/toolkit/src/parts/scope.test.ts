import 'reflect-metadata';
import { definePart, partToken, type PartDefinition } from '@ganymede/core';
import { container as root } from 'tsyringe';
import { Scope, type PartChange } from './scope.js';

const number = partToken<number>('number', 'A number.');
const double = partToken<number>('double', 'Twice the number.');
const text = partToken<string>('text', 'The double in words.');

/** Parts that write down when they come and go. */
function recorded(): { readonly log: string[]; readonly definitions: PartDefinition[] } {
  const log: string[] = [];
  const noted = <T>(definition: PartDefinition<T>): PartDefinition<T> =>
    definePart(definition.token, {
      create: async (parts) => {
        const part = await definition.create(parts);
        log.push(`+${definition.token.name}`);
        return part;
      },
      dispose: () => void log.push(`-${definition.token.name}`),
    });
  return {
    log,
    definitions: [
      noted(definePart(text, { create: async (parts) => `is ${await parts.get(double)}` })),
      noted(definePart(double, { create: async (parts) => 2 * (await parts.get(number)) })),
      noted(definePart(number, { create: () => 3 })),
    ],
  };
}

const open = (definitions: readonly PartDefinition[], changes: readonly PartChange[] = []): Scope =>
  new Scope(root.createChildContainer(), definitions, changes);

test('a part is made when it is first asked for, once, and after what it needs', async () => {
  const { log, definitions } = recorded();
  const scope = open(definitions);
  expect(log).toEqual([]);
  expect(await Promise.all([scope.get(text), scope.get(text), scope.get(double)])).toEqual([
    'is 6',
    'is 6',
    6,
  ]);
  expect(log).toEqual(['+number', '+double', '+text']);
});

test('what is not asked for is not made, nor disposed of', async () => {
  const { log, definitions } = recorded();
  const scope = open(definitions);
  await scope.get(double);
  await scope.dispose();
  expect(log).toEqual(['+number', '+double', '-double', '-number']);
});

test('what was made before a factory failed is disposed of, and every disposal is tried', async () => {
  const { log, definitions } = recorded();
  const broken = partToken<number>('broken', 'Fails.');
  const scope = open([
    ...definitions,
    definePart(broken, {
      create: async (parts) => {
        await parts.get(double);
        throw new Error('out of memory');
      },
    }),
  ]);
  scope.provide(partToken<null>('other', 'Fails to go.'), null, () => {
    throw new Error('still in use');
  });
  await expect(scope.get(broken)).rejects.toThrow('out of memory');
  await expect(scope.dispose()).rejects.toThrow('still in use');
  expect(log.slice(-2)).toEqual(['-double', '-number']);
});

test('a part that is provided takes the place of its factory', async () => {
  const { log, definitions } = recorded();
  const scope = open(definitions);
  scope.provide(number, 10);
  expect(await scope.get(text)).toBe('is 20');
  expect(log).not.toContain('+number');
});

test('a plugin replaces a part; wrappers lie around it, the last one outermost', async () => {
  const { definitions } = recorded();
  const wrap = (f: (value: number) => number): PartChange => ({
    kind: 'wrap',
    plugin: 'p',
    token: double,
    wrap: (value) => f(value as number),
  });
  const replaced: PartChange = {
    kind: 'replace',
    plugin: 'p',
    definition: definePart(number, { create: () => 1 }),
  };
  const scope = open(definitions, [wrap((value) => value + 1), replaced, wrap((value) => value * 10)]);
  expect(await scope.get(text)).toBe('is 30');
});

test('a child makes its own parts, takes the others from its parent, and goes first', async () => {
  const { log, definitions } = recorded();
  const [words, twice, once] = definitions as [PartDefinition, PartDefinition, PartDefinition];
  const parent = open([once]);
  const first = parent.child([words, twice]);
  expect(await first.get(text)).toBe('is 6');
  await first.dispose();
  expect(log).toEqual(['+number', '+double', '+text', '-text', '-double']);
  const second = parent.child([words, twice]);
  await second.get(text);
  await parent.dispose();
  expect(log.slice(5)).toEqual(['+double', '+text', '-text', '-double', '-number']);
});

test('a part that nobody makes is named, with its asker and the nearest', async () => {
  const { definitions } = recorded();
  const scope = open(definitions);
  await expect(scope.get(partToken<number>('nubmer', ''))).rejects.toMatchObject({
    code: 'UNKNOWN_PART',
    message: 'run: expected a part of text, double, number, got nubmer',
    hint: expect.stringContaining('Did you mean number?'),
  });
});

test('parts that need each other are an error instead of a wait for ever', async () => {
  const chicken = partToken<number>('chicken', '');
  const egg = partToken<number>('egg', '');
  const scope = open([
    definePart(chicken, { create: (parts) => parts.get(egg) }),
    definePart(egg, { create: (parts) => parts.get(chicken) }),
  ]);
  await expect(scope.get(chicken)).rejects.toMatchObject({
    code: 'PART_CYCLE',
    message: expect.stringContaining('egg needs chicken needs egg'),
  });
});

test('a scope that is closed makes nothing more', async () => {
  const { definitions } = recorded();
  const scope = open(definitions);
  await scope.dispose();
  await expect(scope.get(number)).rejects.toMatchObject({ code: 'RUN_CLOSED' });
});
