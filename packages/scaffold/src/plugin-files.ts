import { GanymedeError, slotNames, type SlotName } from '@ganymede/core';

/** What a new plugin is made of. */
export interface NewPlugin {
  /** Of the package, with its scope if it has one. */
  readonly name: string;
  readonly slot: SlotName;
  /** Texts of the template of its slot. */
  readonly component: string;
  readonly test: string;
  /** Versions that it is written for. */
  readonly versions: Readonly<Record<'ganymede' | 'tfjs' | 'zod', string>>;
}

/** Tools of a new plugin. Jest runs what `tsc` built, so that nothing transforms the sources a second time. */
const tools = { '@types/jest': '30.0.0', '@types/node': '20.19.43', jest: '30.5.2', typescript: '5.9.3' };

/** How a component of a slot gets into a run, as flags of `train`. */
const uses: Readonly<Record<SlotName, (id: string) => string>> = {
  backend: (id) => `--backend ${id}`,
  dataset: (id) => `--data ${id}`,
  generator: (id) => `--set generator=${id}`,
  discriminator: (id) => `--set discriminator=${id}`,
  loss: (id) => `--set loss=${id}`,
  regularizer: (id) => `--set 'regularizers=[${id}]'`,
  augmentation: (id) => `--set augmentation=${id}`,
  prior: (id) => `--set prior=${id}`,
  truncation: () => '',
  sampler: () => '',
  optimizer: (id) => `--set generatorOptimizer=${id} --set discriminatorOptimizer=${id}`,
  objective: (id) => `--set 'objectives=[${id}]'`,
  schedule: (id) => `--set schedule=${id}`,
  stabilizer: (id) => `--set 'stabilizers=[${id}]'`,
  metric: (id) => `--set 'metrics=[${id}]'`,
  featureExtractor: (id) => `--set featureExtractor=${id}`,
  reporter: (id) => `--set 'reporters=[${id}]'`,
};

/** @throws UNKNOWN_SLOT */
export function expectSlot(slot: string): SlotName {
  const known = slotNames.find((one) => one === slot);
  if (known !== undefined) return known;
  throw new GanymedeError('UNKNOWN_SLOT', `--slot: expected one of ${slotNames.join(', ')}, got ${slot}`, {
    kind: 'usage',
  });
}

/**
 * Refuses an id that a component of the slot has: a plugin that adds another of it cannot be opened.
 * @param known - ids of the slot
 * @throws BAD_ARGUMENTS
 */
export function expectNewId(id: string, slot: SlotName, known: readonly string[]): void {
  if (!known.includes(id)) return;
  throw new GanymedeError('BAD_ARGUMENTS', `plugin new: expected an id that no ${slot} has, got ${id}`, {
    kind: 'usage',
    hint: `Choose another id, such as my-${id}. To replace ${id} with your own component, call \`replace\` instead of \`add\` in the plugin that this writes.`,
  });
}

/**
 * The id of a package's component: its name without scope, and without `ganymede-` in front.
 * @throws BAD_ARGUMENTS where the name is no package's, or its id cannot name a component and a variable
 */
export function idOf(name: string): string {
  const id = /^(?:@[a-z0-9][a-z0-9._-]*\/)?(?:ganymede-)?([a-z][a-z0-9]*(?:-[a-z0-9]+)*)$/.exec(name)?.[1];
  if (id !== undefined && !reserved.has(id)) return id;
  throw new GanymedeError(
    'BAD_ARGUMENTS',
    `plugin new: expected a package name of small letters, digits and dashes, got ${name}`,
    { kind: 'usage', hint: 'For example soft-margin, or @you/ganymede-soft-margin.' },
  );
}

/** Ids that are words of the language, or of a template. */
const reserved = new Set(
  'break case catch class const continue debugger default delete do else enum export extends false finally for function if import in instanceof new null return super switch this throw true try typeof var void while with let static yield await plugin test index tf z'.split(
    ' ',
  ),
);

const words = (id: string): readonly string[] => id.split('-');
const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
const camel = (id: string): string =>
  words(id)
    .map((word, i) => (i === 0 ? word : capital(word)))
    .join('');

/** A template with the component's own names: the id in quotes and paths, elsewhere a class or a variable. */
function named(template: string, id: string): string {
  return template
    .replaceAll("'example'", `'${id}'`)
    .replaceAll("'example-", `'${id}-`)
    .replaceAll('`example', `\`${id}`)
    .replaceAll('./example.js', `./${id}.js`)
    .replaceAll(/\bexample:/g, `'${id}':`)
    .replaceAll(/\bExample\b/g, capital(camel(id)))
    .replaceAll(/\bexample\b/g, camel(id));
}

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

function manifest({ name, slot, versions }: NewPlugin, id: string): unknown {
  const { ganymede, tfjs, zod } = versions;
  return {
    name,
    version: '0.1.0',
    description: `The ${slot} ${id} for Ganymede`,
    license: 'MIT',
    keywords: ['ganymede', 'ganymede-plugin', slot],
    type: 'commonjs',
    main: './dist/index.js',
    types: './dist/index.d.ts',
    exports: {
      '.': { types: './dist/index.d.ts', default: './dist/index.js' },
      './package.json': './package.json',
    },
    files: ['dist', 'src', '!**/*.test.*'],
    scripts: { build: 'tsc', test: 'tsc && jest', prepack: 'tsc' },
    dependencies: { zod },
    peerDependencies: { '@ganymede/core': ganymede, '@tensorflow/tfjs': tfjs },
    devDependencies: {
      '@ganymede/cli': ganymede,
      '@ganymede/core': ganymede,
      '@ganymede/testing': ganymede,
      '@tensorflow/tfjs': tfjs,
      ...tools,
    },
    jest: { roots: ['<rootDir>/dist'], transform: {} },
  };
}

const compiler = {
  compilerOptions: {
    target: 'ES2022',
    module: 'NodeNext',
    moduleResolution: 'NodeNext',
    strict: true,
    declaration: true,
    sourceMap: true,
    skipLibCheck: true,
    rootDir: 'src',
    outDir: 'dist',
    types: ['node', 'jest'],
  },
  include: ['src'],
};

/** The flags with which `train` shows a new component at work. */
export function trainingFlags(slot: SlotName, id: string): string {
  return `--preset quickstart --plugin . ${uses[slot](id)}`.trim();
}

/** The flags with which `sample` shows a new component at work; none where it is of no use there. */
function samplingFlags(slot: SlotName, id: string): string {
  if (slot === 'truncation') return `--truncation 1 --truncation-convention ${id}`;
  if (slot === 'sampler') return `--sampler ${id}`;
  return '';
}

function readme({ name, slot }: NewPlugin, id: string): string {
  const sampling = samplingFlags(slot, id);
  return `# ${name}

The ${slot} \`${id}\` for [Ganymede](https://www.npmjs.com/package/@ganymede/cli).

\`\`\`sh
npm install
npm test
npx ganymede train ${trainingFlags(slot, id)}
${sampling === '' ? '' : `npx ganymede sample <run> --plugin . ${sampling}\n`}\`\`\`

\`src/${id}.ts\` is the component: its options, with defaults and descriptions, and what it does. \`src/${id}.test.ts\` runs the
contract that every ${slot} has to keep; add your own tests, of its values and its gradients. A run that names the plugin finds it by
the package's name once the package is installed beside \`@ganymede/cli\`.
`;
}

const licence = (name: string): string => `MIT License

Copyright (c) the authors of ${name}

Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.
`;

/** Every file of a new plugin by its path below the package's folder. @throws BAD_ARGUMENTS */
export function pluginFiles(plugin: NewPlugin): Readonly<Record<string, string>> {
  const { name, component, test } = plugin;
  const id = idOf(name);
  const index = `import { definePlugin } from '@ganymede/core';
import { ${camel(id)} } from './${id}.js';

export { ${capital(camel(id))}, ${camel(id)} } from './${id}.js';

export const plugin = definePlugin({
  apiVersion: 1,
  name: '${name}',
  register: (container) => container.add(${camel(id)}),
});
`;
  return {
    'package.json': json(manifest(plugin, id)),
    'tsconfig.json': json(compiler),
    'README.md': readme(plugin, id),
    LICENSE: licence(name),
    '.gitignore': 'node_modules\ndist\nruns\n',
    'src/index.ts': index,
    [`src/${id}.ts`]: named(component, id),
    [`src/${id}.test.ts`]: named(test, id),
  };
}
