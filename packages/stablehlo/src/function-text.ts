import type { Value } from './block.js';
import { typeText } from './tensor-type.js';

/** Where an argument's memory goes: to the result of an index, to whatever the compiler likes (`null`), or nowhere. */
export type Donation = number | null | undefined;

/** What stands in a function. */
export interface FunctionParts {
  readonly arguments: readonly {
    readonly value: Value;
    /** As text. */
    readonly sharding?: string | undefined;
    readonly donation: Donation;
  }[];
  /** Indented. */
  readonly lines: readonly string[];
  readonly results: readonly { readonly value: Value; readonly sharding?: string | undefined }[];
}

const shardingAttribute = (sharding: string | undefined): readonly string[] =>
  sharding === undefined ? [] : [`sdy.sharding = ${sharding}`];

function donationAttribute(donation: Donation): readonly string[] {
  if (donation === undefined) return [];
  return [donation === null ? 'jax.buffer_donor = true' : `tf.aliasing_output = ${donation} : i32`];
}

const withAttributes = (text: string, attributes: readonly string[]): string =>
  attributes.length === 0 ? text : `${text} {${attributes.join(', ')}}`;

/** A function as text. */
export function functionText(
  { name, visibility }: { readonly name: string; readonly visibility: string },
  { arguments: given, lines, results }: FunctionParts,
): string {
  const taken = given.map(({ value, sharding, donation }) =>
    withAttributes(`${value.name}: ${typeText(value.type)}`, [
      ...shardingAttribute(sharding),
      ...donationAttribute(donation),
    ]),
  );
  const types = results.map(({ value }) => typeText(value.type));
  const end =
    results.length === 0
      ? 'return'
      : `return ${results.map(({ value }) => value.name).join(', ')} : ${types.join(', ')}`;
  const shown = types.map((type, i) => withAttributes(type, shardingAttribute(results[i]!.sharding)));
  return [
    `  func.func ${visibility} @${name}(${taken.join(', ')}) -> (${shown.join(', ')}) {`,
    ...lines,
    `    ${end}`,
    '  }',
  ].join('\n');
}
