import nx from '@nx/eslint-plugin';
import tseslint from 'typescript-eslint';

/** What the packages above the leaves may take of them. */
const leaves = [
  'core',
  'files',
  'zip',
  'images',
  'shards',
  'safetensors',
  'ops',
  'layers',
  'component',
  'batches',
  'engineering',
];

const aboveRuns = [...leaves, 'config', 'classes', 'figures', 'runs'];

/**
 * Which layers each layer may import, besides itself. A package says its layer in the `nx.tags` of its package.json.
 * Tests may import `testing` everywhere; that other files do not is a rule of its own below.
 */
const arrows = {
  core: [],
  files: ['core'],
  zip: ['files'],
  images: ['core', 'files'],
  shards: ['core', 'files', 'images'],
  safetensors: ['core'],
  'generator-files': ['core'],
  testing: ['core'],
  precision: [],
  tracing: [],
  wheels: [],
  xspace: [],
  tensorflow: ['files', 'precision', 'tracing', 'wheels', 'xspace'],
  stablehlo: [],
  onnx: ['core', 'tracing'],
  pjrt: ['stablehlo', 'files', 'wheels'],
  ops: ['core'],
  layers: ['core', 'ops'],
  component: ['core', 'ops', 'files', 'zip', 'images', 'shards', 'safetensors'],
  batches: ['core', 'files', 'component', 'shards'],
  objectives: ['core', 'ops', 'layers'],
  models: ['core', 'ops', 'layers'],
  engineering: ['core', 'files', 'safetensors'],
  'torch-files': ['core', 'files', 'zip', 'safetensors'],
  config: ['core', 'files', 'engineering'],
  classes: ['core', 'config'],
  figures: ['core', 'files', 'images'],
  runs: [...leaves, 'config', 'classes', 'figures'],
  sampling: aboveRuns,
  bench: [...leaves, 'config', 'runs'],
  'cluster-plan': [...leaves, 'config', 'runs', 'bench'],
  evaluation: [...aboveRuns, 'sampling'],
  'posthoc-ema': [...leaves, 'config', 'runs', 'evaluation'],
  importers: [...leaves, 'generator-files', 'torch-files', 'config', 'classes', 'runs', 'evaluation'],
  analysis: [...aboveRuns, 'generator-files', 'sampling', 'evaluation'],
  playground: [...aboveRuns, 'sampling', 'posthoc-ema', 'analysis'],
  sweeps: [...leaves, 'config', 'figures', 'runs', 'bench', 'evaluation'],
  advice: [...leaves, 'config', 'runs', 'bench', 'evaluation', 'analysis', 'sweeps'],
  report: [...leaves, 'config', 'figures', 'evaluation', 'analysis'],
  plugin: ['core', 'ops', 'tensorflow', 'precision', 'tracing', 'stablehlo', 'pjrt', 'files', 'xspace'],
  exporters: [
    ...['core', 'files', 'safetensors', 'generator-files', 'engineering', 'layers'],
    ...['runs', 'evaluation', 'onnx', 'tensorflow', 'tracing', 'trainer'],
  ],
  toolkit: [
    ...leaves,
    ...['objectives', 'models', 'tensorflow', 'pjrt', 'wheels', 'plugin', 'torch-files', 'config', 'figures'],
    ...['classes', 'runs', 'sampling', 'bench', 'evaluation', 'posthoc-ema', 'importers', 'exporters'],
    ...['analysis', 'playground', 'sweeps', 'advice', 'report', 'onnx', 'cluster-plan'],
  ],
  browser: ['core', 'ops', 'layers', 'models', 'component', 'safetensors', 'generator-files', 'plugin'],
  dashboard: ['core', 'files', 'engineering', 'browser'],
  scaffold: ['core', 'files'],
  progress: ['core', 'toolkit'],
  launcher: ['core', 'toolkit', 'progress'],
  program: ['core', 'files'],
  cli: ['core', 'toolkit', 'files', 'dashboard', 'scaffold', 'progress', 'program', 'launcher'],
  e2e: ['core', 'files'],
  tools: ['core', 'engineering', 'torch-files', 'importers'],
};

/** tsyringe fails silently in places, so one package only may know it: the composition root. */
const containerPackages = ['tsyringe', 'reflect-metadata'];

const layerConstraints = Object.entries(arrows).map(([layer, targets]) => ({
  sourceTag: `layer:${layer}`,
  onlyDependOnLibsWithTags: [...targets, ...(layer === 'core' ? [] : ['testing'])].map(
    (target) => `layer:${target}`,
  ),
  ...(layer === 'toolkit' ? {} : { bannedExternalImports: containerPackages }),
}));

/** House rules on imports and exports. Each one's message says what to do instead. */
const importRules = [
  {
    selector:
      ':matches(ImportDeclaration, ExportNamedDeclaration, ExportAllDeclaration)[source.value=/^\\.{1,2}\\u002F/]:not([source.value=/\\.(js(on)?|css)$/])',
    message: 'A relative import ends in .js.',
  },
  {
    // `export * as` comes out empty where compiled modules load each other late.
    selector: 'ExportAllDeclaration',
    message: 'No export *: name what is exported.',
  },
];

const moduleState = {
  selector: ':matches(Program, ExportNamedDeclaration) > VariableDeclaration[kind="let"]',
  message: 'No module-level let: pass state in.',
};

const hiddenClock = {
  selector: 'NewExpression[callee.name="Date"][arguments.length=0]',
  message: 'No hidden clock: pass the time in.',
};

const writeSafely =
  'Write with writeFileSafely, writeFolderSafely, SafeFile or AppendFile of core: they leave no half file and name the path.';

/** What makes, changes or replaces files, of both of Node's file system modules; reading is free. */
const writingCalls = [
  'appendFile',
  'copyFile',
  'cp',
  'createWriteStream',
  'ftruncate',
  'link',
  'mkdtemp',
  'rename',
]
  .concat(['symlink', 'truncate', 'write', 'writeFile', 'writev'])
  .flatMap((name) => [name, `${name}Sync`]);

const writingImports = ['fs', 'node:fs', 'fs/promises', 'node:fs/promises'].map((name) => ({
  name,
  importNames: ['default', ...writingCalls],
  message: writeSafely,
}));

/** `open(path, 'w')`, and sharp's own way of writing. */
const writingSyntax = [
  {
    selector: 'CallExpression[callee.name=/^open(Sync)?$/][arguments.1.value=/[wax+]/]',
    message: writeSafely,
  },
  { selector: 'CallExpression[callee.property.name="toFile"]', message: writeSafely },
];

const hiddenInputs = [
  {
    object: 'Math',
    property: 'random',
    message: 'Randomness comes from a named random stream that is handed in.',
  },
  { object: 'Date', property: 'now', message: 'No hidden clock: pass the time in.' },
  { object: 'performance', property: 'now', message: 'No hidden clock: take that of the plugin host.' },
];

export default tseslint.config(
  {
    ignores: [
      '**/dist/**',
      '**/node_modules/**',
      '**/.nx/**',
      'packages/tensorflow/kernels/**',
      'packages/browser/bundle/**',
      'packages/exporters/page/**',
      'packages/exporters/runtime/**',
      'packages/dashboard/pages/**',
      'runs/**',
      '**/coverage/**',
    ],
  },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [tseslint.configs.strictTypeChecked],
    plugins: { '@nx': nx },
    languageOptions: {
      parserOptions: { project: ['./tsconfig.eslint.json'], tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@nx/enforce-module-boundaries': [
        'error',
        { allow: [], banTransitiveDependencies: false, depConstraints: layerConstraints },
      ],
      'no-restricted-properties': ['error', ...hiddenInputs],
      'no-restricted-syntax': ['error', ...importRules, moduleState, hiddenClock, ...writingSyntax],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      // Shapes come back from tfjs as arrays whose length the types do not know; `!` after a check of the rank is
      // clearer than a branch that can never run.
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true, allowArray: true },
      ],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // A backend's methods are asynchronous by contract, whether or not one backend needs to wait.
      '@typescript-eslint/require-await': 'off',
      // Public functions guard against callers without types.
      '@typescript-eslint/no-unnecessary-condition': 'off',
      // tfjs's functions are generic in what they return: `tf.mul(a, b) as tf.Tensor4D` is the house form.
      '@typescript-eslint/no-unnecessary-type-assertion': 'off',
      // Numbers that come from native code may be bigints whatever their types say.
      '@typescript-eslint/no-unnecessary-type-conversion': 'off',
      // `void` is also the name of a C type.
      '@typescript-eslint/no-invalid-void-type': 'off',
      '@typescript-eslint/no-duplicate-type-constituents': 'off',
      '@typescript-eslint/unified-signatures': 'off',
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    },
  },
  {
    files: ['**/*.ts', '**/*.tsx'],
    ignores: ['**/*.test.ts', 'packages/testing/**', 'packages/scaffold/templates/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          paths: [
            { name: '@ganymede/testing', message: 'Only tests may import testing.' },
            ...writingImports,
          ],
        },
      ],
    },
  },
  {
    // The one place that writes, and what has a temporary folder of its own: what is installed out of wheels and the cache of
    // PJRT's executables, which know nothing of core, test inputs, and measuring.
    files: [
      'packages/files/src/**/*.ts',
      'packages/wheels/src/*.ts',
      'packages/pjrt/src/executable-cache.ts',
      'packages/bench/src/bench.ts',
      '**/testing/**/*.ts',
    ],
    ignores: ['**/*.test.ts', 'packages/testing/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        { paths: [{ name: '@ganymede/testing', message: 'Only tests may import testing.' }] },
      ],
      'no-restricted-syntax': ['error', ...importRules, moduleState, hiddenClock],
    },
  },
  {
    files: ['**/*.test.ts', 'packages/testing/src/**/*.ts', 'e2e/**/*.ts'],
    rules: {
      // Tests own their clock, and share between beforeAll and tests what the former made.
      'no-restricted-properties': 'off',
      'no-restricted-syntax': ['error', ...importRules],
      // Tests read untyped JSON and call with wrong types on purpose.
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/no-explicit-any': 'off',
      '@typescript-eslint/no-empty-function': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  {
    files: ['packages/browser/src/**/*.ts', 'packages/dashboard/src/page/**/*.{ts,tsx}'],
    languageOptions: {
      parserOptions: {
        project: ['./tsconfig.eslint-pages.json'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
  },
  {
    // Who owns a clock: the toolkit, which hands it on; a page and its worker, which have no toolkit; and engines that report
    // what they spent, in the raw ticks that profiles have.
    files: [
      'packages/toolkit/src/clock.ts',
      'packages/browser/src/{worker,component-context}.ts',
      'packages/tensorflow/src/{compile,compiled-function}.ts',
      'plugins/backend-pjrt/src/engine/{compiled-step,kernel-backend}.ts',
    ],
    rules: {
      'no-restricted-properties': 'off',
      'no-restricted-syntax': ['error', ...importRules, moduleState, ...writingSyntax],
    },
  },
  {
    files: ['**/*.mjs', '**/*.cjs', '**/*.js'],
    extends: [tseslint.configs.base],
    rules: { 'no-undef': 'off', eqeqeq: ['error', 'always', { null: 'ignore' }], 'prefer-const': 'error' },
  },
);
