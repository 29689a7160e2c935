import { readFileSync } from 'node:fs';
import { headerFile } from '../testing/plugins.js';
import { functionNames } from './function-names.js';
import { innerLayouts, structLayouts } from './struct-layouts.js';

const header = readFileSync(headerFile, 'utf8').replaceAll(/\/\/[^\n]*/g, '');

/** Declarations of a struct's fields, `const char* message`. */
function fieldsOf(name: string): readonly string[] {
  const body = new RegExp(`struct ${name} \\{([^}]*)\\n\\};`).exec(header)?.[1];
  if (body === undefined) throw new Error(`expected struct ${name} in the header`);
  return body
    .split(';')
    .map((one) => one.replaceAll(/\s+/g, ' ').trim())
    .filter((one) => one !== '');
}

const nameOf = (declaration: string): string =>
  /^void \(\*(\w+)\)/.exec(declaration)?.[1] ?? /(\w+)$/.exec(declaration)![1]!;

/** Fields of four bytes or one: two in a row would share a word. */
const isSmall = (declaration: string): boolean =>
  /^(int|bool|PJRT_\w+(Type|Code|Semantics)) \w+$/.test(declaration);

test('functions stand in the order of the header', () => {
  const table = header.slice(header.indexOf('typedef struct PJRT_Api {'));
  const names = [...table.matchAll(/_PJRT_API_STRUCT_FIELD\((\w+)\)/g)].map(([, name]) => name);
  expect(functionNames).toEqual(names);
});

test.each([
  ...Object.entries(structLayouts).map(([name, layout]) => [`${name}_Args`, layout] as const),
  ['PJRT_Program', innerLayouts.PJRT_Program] as const,
  ['PJRT_ExecuteOptions', innerLayouts.PJRT_ExecuteOptions] as const,
])('%s has these fields, each in a word of its own', (name, layout) => {
  const [size, extension, ...fields] = fieldsOf(name);
  expect([size, extension]).toEqual(['size_t struct_size', 'PJRT_Extension_Base* extension_start']);
  expect(layout).toEqual(fields.map(nameOf));
  expect(fields.filter((field, i) => isSmall(field) && isSmall(fields[i + 1] ?? ''))).toEqual([]);
});
