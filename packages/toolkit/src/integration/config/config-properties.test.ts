import { isGanymedeError } from '@ganymede/core';
import fc from 'fast-check';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import {
  presets,
  parseAssignment,
  parseDocument,
  isReservedName,
  type ConfigDocument,
} from '@ganymede/config';
import { parseSweep } from '@ganymede/sweeps';
import { resolveConfig } from '../../operations.js';

const folder = mkdtempSync(join(tmpdir(), 'ganymede-config-'));
const before = Object.getOwnPropertyNames(Object.prototype);
const valid = JSON.parse(JSON.stringify(presets.find(({ id }) => id === 'quickstart')!.config)) as Record<
  string,
  unknown
>;

afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before));

const oddKey = fc.constantFrom(
  ...[
    ...before,
    'prototype',
    '',
    ' ',
    '.',
    'a.b',
    '0',
    '-1',
    '<<',
    'use',
    'preset',
    'plugins',
    'data',
    'path',
  ],
  ...Object.keys(valid),
);
const key = fc.oneof(oddKey, fc.string({ maxLength: 8, unit: 'grapheme' }));
const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { maxDepth: 5 },
    fc.constantFrom(
      null,
      '',
      'biggan',
      'hinge',
      true,
      -1,
      0,
      1e308,
      2 ** 53,
      'a\u0000b',
      '\ud800',
      '~',
      '!!js',
    ),
    fc.jsonValue({ maxDepth: 1 }),
    fc.array(tie('any'), { maxLength: 4 }),
    // Entries, not an object: __proto__ has to be a key like the others.
    fc.array(fc.tuple(key, tie('any')), { maxLength: 4 }).map((entries) => Object.fromEntries(entries)),
  ),
})).any;
const mapping = fc
  .array(fc.tuple(key, value), { maxLength: 5 })
  .map((entries) => Object.fromEntries(entries));

/** A config that works, with keys set, replaced and removed at random places. */
const mutated = fc
  .array(fc.tuple(fc.constantFrom(...Object.keys(valid)), key, value, fc.nat(2)), {
    minLength: 1,
    maxLength: 3,
  })
  .map((changes) => {
    const config = structuredClone(valid);
    for (const [top, inner, given, how] of changes) {
      const there = config[top];
      if (how === 0) Reflect.deleteProperty(config, top);
      else if (how === 1 || typeof there !== 'object' || there === null) config[top] = given;
      else config[top] = Object.fromEntries([...Object.entries(there), [inner, given]]);
    }
    return config;
  });

const yamlText = fc.oneof(
  mapping.map((document) => stringify(document)),
  fc
    .tuple(fc.constant(stringify(valid)), fc.nat(), fc.string({ maxLength: 6, unit: 'binary' }), fc.nat(3))
    .map(([text, place, piece, cut]) => {
      const at = place % text.length;
      return text.slice(0, at) + piece + text.slice(at + cut);
    }),
  fc.string({ maxLength: 60, unit: fc.constantFrom(...Array.from('{}[]:,-?&*!|>%@`"\' \n\tab1.~#<')) }),
);

/** The code of the error, which has to be one; null where nothing was thrown. */
async function codeOf(call: () => unknown): Promise<string | null> {
  try {
    await call();
    return null;
  } catch (error) {
    if (!isGanymedeError(error)) throw error;
    return error.code;
  }
}

async function resolveText(text: string, name: string): Promise<string | null> {
  const file = join(folder, name);
  writeFileSync(file, text);
  return codeOf(() => resolveConfig({ file }));
}

const runs = { numRuns: 1000, interruptAfterTimeLimit: 120_000, markInterruptAsFailure: true } as const;

test('a thousand YAML files are taken or refused with a code', async () => {
  await fc.assert(
    fc.asyncProperty(yamlText, async (text) => {
      await resolveText(text, 'config.yaml');
    }),
    runs,
  );
}, 150_000);

test('a thousand JSON files, most of them nearly right, are taken or refused with a code', async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof({ weight: 3, arbitrary: mutated }, mapping), async (document) => {
      const code = await resolveText(JSON.stringify(document), 'config.json');
      if (Object.keys(document).some(isReservedName)) expect(code).toBe('BAD_CONFIG');
    }),
    runs,
  );
}, 150_000);

test('a thousand sweeps and assignments are taken or refused with a code', async () => {
  await fc.assert(
    fc.asyncProperty(mapping, key, key, fc.string({ maxLength: 12 }), async (document, a, b, text) => {
      const sweep = parseOrNull(
        JSON.stringify({ base: document, set: { [`${a}.${b}`]: 1 }, grid: document }),
      );
      await codeOf(() => parseSweep(sweep, 'sweep.json', folder));
      const code = await codeOf(() => parseAssignment(`${a}.${b}=${text}`));
      if (isReservedName(a) || isReservedName(b)) expect(code).toBe('BAD_OPTION');
    }),
    runs,
  );
}, 150_000);

function parseOrNull(text: string): unknown {
  try {
    return parseDocument(text, 'sweep.json');
  } catch (error) {
    if (!isGanymedeError(error)) throw error;
    return null;
  }
}

test.each(before.concat('prototype'))(
  'the key %s is refused by name, and nothing else is named',
  async (name) => {
    const nested = `generator:\n  use: biggan\n  ${JSON.stringify(name)}:\n    polluted: 1\n`;
    await expect(Promise.resolve().then(() => parseDocument(nested, 'tiny.yaml'))).rejects.toMatchObject({
      code: 'BAD_CONFIG',
      kind: 'usage',
      message: `tiny.yaml: expected keys that are names of options, got generator.${name}`,
    });
    const document = JSON.parse(`{ ${JSON.stringify(name)}: { "polluted": 1 } }`) as ConfigDocument;
    await expect(resolveConfig({ document })).rejects.toMatchObject({ code: 'BAD_CONFIG' });
    const assignments = [{ path: ['generator', name, 'polluted'], value: 1, flag: 'cell a' }];
    await expect(resolveConfig({ assignments })).rejects.toMatchObject({
      code: 'BAD_CONFIG',
      message: `cell a: expected keys that are names of options, got generator.${name}.polluted`,
    });
    expect({}).not.toHaveProperty('polluted');
  },
);

test.each([
  ['an alias that holds itself', 'a: &a\n  b: *a\n', 'at most 64 levels'],
  ['aliases whose copies fill the memory', laughs(9), 'Excessive alias count'],
  ['brackets without end', '['.repeat(20_000), 'expected YAML'],
  ['mappings without end', `${'{a: '.repeat(200)}1${'}'.repeat(200)}`, 'at most 64 levels'],
  ['a set', '%YAML 1.1\n---\na: !!set { b, c }\n', 'got a Set in a'],
  ['bytes', '%YAML 1.1\n---\na: !!binary aGVsbG8=\n', 'in a'],
  ['an unknown tag', 'a: !!python/object:os.system ls\n', 'Unresolved tag'],
])('%s is refused', (_, text, message) => {
  expect(() => parseDocument(text, 'x.yaml')).toThrow(
    expect.objectContaining({ code: 'BAD_CONFIG', message: expect.stringContaining(message) }),
  );
});

test('JSON that is nested without end is refused', () => {
  expect(() => parseDocument('['.repeat(200_000) + ']'.repeat(200_000), 'x.json')).toThrow(
    expect.objectContaining({ code: 'BAD_CONFIG' }),
  );
});

/** Each line holds the one before ten times. */
function laughs(lines: number): string {
  let text = 'l0: &l0 [ha]\n';
  for (let i = 1; i <= lines; i++)
    text += `l${i}: &l${i} [${Array(10)
      .fill(`*l${i - 1}`)
      .join(', ')}]\n`;
  return text;
}
