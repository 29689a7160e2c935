import { z } from 'zod';

/** Where the hand-written part of a page begins. */
export const notesHeading = '## Notes\n';

/** @typedef {import('zod').z.core.JSONSchema.JSONSchema} Schema */

/**
 * The key of a config that takes a component of a slot, for the example on its page.
 * @type {Partial<Record<string, string>>}
 */
const configKeys = {
  dataset: 'data',
  objective: 'objectives',
  optimizer: 'generatorOptimizer',
  regularizer: 'regularizers',
  stabilizer: 'stabilizers',
};
const listKeys = ['objectives', 'regularizers', 'stabilizers'];

/** A citation as a link where its kind has an address. @param {string} citation */
function linkOf(citation) {
  const [kind, rest] = [citation.slice(0, citation.indexOf(':')), citation.slice(citation.indexOf(':') + 1)];
  if (kind === 'arXiv') return `[${citation}](https://arxiv.org/abs/${rest})`;
  if (kind === 'doi') return `<https://doi.org/${rest}>`;
  if (kind === 'github') return `[${rest}](https://github.com/${rest})`;
  return `<${citation}>`;
}

/** @param {Schema} schema @returns {string} */
function typeOf({ type, enum: values, items, anyOf, const: constant }) {
  if (constant !== undefined) return `\`${JSON.stringify(constant)}\``;
  if (values) return values.map((value) => `\`${value}\``).join(', ');
  if (anyOf) return anyOf.map(typeOf).join(' or ');
  if (type === 'array')
    return `list of ${typeof items === 'object' && !Array.isArray(items) ? typeOf(items) : 'values'}`;
  return String(type ?? 'any');
}

/** The bounds of a number; those of safe integers go without saying. @param {Schema} schema @returns {string} */
function rangeOf({ minimum, exclusiveMinimum, maximum, exclusiveMaximum, anyOf }) {
  if (anyOf) return anyOf.map(rangeOf).filter(Boolean).join(' or ');
  return [
    minimum !== undefined && minimum !== Number.MIN_SAFE_INTEGER && `≥ ${minimum}`,
    exclusiveMinimum !== undefined && `> ${exclusiveMinimum}`,
    maximum !== undefined && maximum !== Number.MAX_SAFE_INTEGER && `≤ ${maximum}`,
    exclusiveMaximum !== undefined && `< ${exclusiveMaximum}`,
  ]
    .filter(Boolean)
    .join(', ');
}

/** @param {[name: string, schema: Schema]} property @param {readonly string[]} required */
function optionRow([name, schema], required) {
  const cell = (/** @type {string} */ text) => String(text).replaceAll('|', '\\|');
  const value = required.includes(name)
    ? 'required'
    : schema.default === undefined
      ? ''
      : `\`${JSON.stringify(schema.default)}\``;
  const type = [typeOf(schema), rangeOf(schema)].filter(Boolean).join(', ');
  return `| \`${name}\` | ${cell(type)} | ${cell(value)} | ${cell(schema.description ?? '')} |`;
}

/**
 * What a user may write: options with a default may be left out.
 * @param {z.ZodObject} options
 */
function jsonSchemaOf(options) {
  const { properties = {}, required = [] } = z.toJSONSchema(options, { io: 'input', unrepresentable: 'any' });
  // JSON Schema has `true` and `false` for schemas as well; zod writes them for no property.
  return { properties: /** @type {Record<string, Schema>} */ (properties), required };
}

/** @param {z.ZodObject} options */
function optionsSection(options) {
  const { properties, required } = jsonSchemaOf(options);
  const rows = Object.entries(properties);
  if (rows.length === 0) return 'None.\n';
  return [
    '| option | type | default | meaning |',
    '| --- | --- | --- | --- |',
    ...rows.map((row) => optionRow(row, required)),
    '',
  ].join('\n');
}

/**
 * What a config says to take the component; slots that no config names (truncations, say) have no example.
 * @param {import('@ganymede/core').ComponentDefinition} definition
 * @param {readonly string[]} keys - keys of a config that name components
 */
function exampleOf({ slot, id, options }, keys) {
  const key = configKeys[slot] ?? slot;
  if (!keys.includes(key)) return '';
  const { properties, required } = jsonSchemaOf(options);
  const must = required.map(
    (name) => `, ${name}: ${properties[name]?.type === 'string' ? './images' : 1000}`,
  );
  const choice = `{ use: ${id}${must.join('')} }`;
  return `\`\`\`yaml\n${key}: ${listKeys.includes(key) ? `[${choice}]` : choice}\n\`\`\`\n\n`;
}

/**
 * A component's page: what its definition says, then the notes, which are written by hand.
 * @param {{ definition: import('@ganymede/core').ComponentDefinition, plugin: string }} component
 * @param {readonly string[]} keys - keys of a config that name components
 * @param {string} notes - the page's part after the heading of the notes
 */
export function componentPage({ definition, plugin }, keys, notes) {
  const { slot, id, summary, cites = [], options } = definition;
  const sources = cites.length > 0 ? ` Source: ${cites.map(linkOf).join(', ')}.` : '';
  return [
    `# ${slot}: ${id}\n\n`,
    `${summary}${sources} From \`${plugin}\`.\n\n`,
    exampleOf(definition, keys),
    `## Options\n\n${optionsSection(options)}\n`,
    `${notesHeading}\n${notes.replace(/^\n+|\s+$/g, '')}\n`,
  ].join('');
}
