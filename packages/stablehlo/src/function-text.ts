import type { Value } from './block.js';
import { typeText } from './tensor-type.js';

/** Attribute of an argument whose memory a result takes: `1 : i32`. */
export const aliasing = 'tf.aliasing_output';
/** Attribute of an argument whose memory the compiler may use as it likes. */
export const donor = 'jax.buffer_donor';

/** What stands in a function. */
export interface FunctionParts {
  readonly arguments: readonly { readonly value: Value; readonly attributes: ReadonlyMap<string, string> }[];
  /** Indented. */
  readonly lines: readonly string[];
  /** Each with its attributes as text, or nothing. */
  readonly results: readonly { readonly value: Value; readonly attributes: string }[];
}

/** A function as text. */
export function functionText(
  { name, visibility }: { readonly name: string; readonly visibility: string },
  { arguments: given, lines, results }: FunctionParts,
): string {
  const taken = given.map(({ value, attributes }) => {
    const text = [...attributes].map(([attribute, written]) => `${attribute} = ${written}`).join(', ');
    return `${value.name}: ${typeText(value.type)}${text && ` {${text}}`}`;
  });
  const types = results.map(({ value }) => typeText(value.type));
  const end =
    results.length === 0
      ? 'return'
      : `return ${results.map(({ value }) => value.name).join(', ')} : ${types.join(', ')}`;
  const shown = types.map((type, i) => `${type}${results[i]!.attributes}`);
  return [
    `  func.func ${visibility} @${name}(${taken.join(', ')}) -> (${shown.join(', ')}) {`,
    ...lines,
    `    ${end}`,
    '  }',
  ].join('\n');
}
