import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { repository } from './repository.js';

/** Code that a house rule forbids (`rule`), or that it must let pass (null), as if it stood in `file`. */
const snippets: readonly { name: string; file: string; code: string; rule: RegExp | null }[] = [
  {
    name: 'Math.random',
    file: 'packages/core/src/errors.ts',
    code: 'export const x = Math.random();\n',
    rule: /^no-restricted-properties: .*random stream/,
  },
  {
    name: 'Date.now',
    file: 'packages/core/src/errors.ts',
    code: 'export const x = Date.now();\n',
    rule: /^no-restricted-properties: .*clock/,
  },
  {
    name: 'performance.now',
    file: 'packages/program/src/exit-codes.ts',
    code: 'export const x = performance.now();\n',
    rule: /^no-restricted-properties: .*clock/,
  },
  {
    name: 'new Date()',
    file: 'packages/core/src/errors.ts',
    code: 'export const x = new Date();\n',
    rule: /^no-restricted-syntax: No hidden clock/,
  },
  {
    name: 'a given date',
    file: 'packages/core/src/errors.ts',
    code: 'export const x = new Date(0);\n',
    rule: null,
  },
  {
    name: 'module-level let',
    file: 'packages/core/src/errors.ts',
    code: 'let x = 1;\nexport function next(): number {\n  return x++;\n}\n',
    rule: /^no-restricted-syntax: No module-level let/,
  },
  {
    name: 'local let',
    file: 'packages/core/src/errors.ts',
    code: 'export function two(): number {\n  let x = 1;\n  x++;\n  return x;\n}\n',
    rule: null,
  },
  {
    name: 'relative import without .js',
    file: 'packages/core/src/component.ts',
    code: "export { GanymedeError } from './errors';\n",
    rule: /^no-restricted-syntax: .*ends in \.js/,
  },
  {
    name: 'relative import with .js',
    file: 'packages/core/src/component.ts',
    code: "export { GanymedeError } from './errors.js';\n",
    rule: null,
  },
  {
    name: 'export *',
    file: 'packages/core/src/index.ts',
    code: "export * from './errors.js';\n",
    rule: /^no-restricted-syntax: No export \*/,
  },
  {
    name: 'tsyringe outside toolkit',
    file: 'packages/losses/src/index.ts',
    code: "export { container } from 'tsyringe';\n",
    rule: /^@nx\/enforce-module-boundaries: .*tsyringe/,
  },
  {
    name: 'reflect-metadata outside toolkit',
    file: 'packages/cli/src/index.ts',
    code: "import 'reflect-metadata';\n",
    rule: /^@nx\/enforce-module-boundaries: .*reflect-metadata/,
  },
  {
    name: 'a sibling component package',
    file: 'packages/losses/src/index.ts',
    code: "export { Adam } from '@ganymede/optimizers';\n",
    rule: /^@nx\/enforce-module-boundaries: .*layer:component/,
  },
  {
    name: 'an arrow that points outwards',
    file: 'packages/core/src/index.ts',
    code: "export { Linear } from '@ganymede/layers';\n",
    rule: /^@nx\/enforce-module-boundaries: /,
  },
  {
    name: 'an arrow that points to core',
    file: 'packages/losses/src/index.ts',
    code: "export { GanymedeError } from '@ganymede/core';\n",
    rule: null,
  },
  ...[
    ["import { writeFile } from 'node:fs/promises';\nexport { writeFile };\n", /^no-restricted-imports: /],
    [
      "import { createWriteStream } from 'node:fs';\nexport { createWriteStream };\n",
      /^no-restricted-imports: /,
    ],
    ["import * as fs from 'node:fs';\nexport { fs };\n", /^no-restricted-imports: /],
    ["import fs from 'node:fs';\nexport { fs };\n", /^no-restricted-imports: /],
    [
      "import { open } from 'node:fs/promises';\nexport const f = open('x', 'w');\n",
      /^no-restricted-syntax: /,
    ],
    [
      "import { openSync } from 'node:fs';\nexport const f = openSync('x', 'a+');\n",
      /^no-restricted-syntax: /,
    ],
    ["import sharp from 'sharp';\nexport const f = sharp('x').toFile('y');\n", /^no-restricted-syntax: /],
  ].map(([code, rule], i) => ({
    name: `a second way of writing files, ${i + 1}`,
    file: 'packages/report/src/write-report.ts',
    code: code as string,
    rule: new RegExp(`${(rule as RegExp).source}.*writeFileSafely`),
  })),
  {
    name: 'reading files',
    file: 'packages/report/src/write-report.ts',
    code: "import { open } from 'node:fs/promises';\nexport const f = open('x', 'r');\nexport const g = open('x');\n",
    rule: null,
  },
  {
    name: 'the one place that writes files',
    file: 'packages/files/src/disk.ts',
    code: "import { open, rename } from 'node:fs/promises';\nexport const f = [open('x', 'w'), rename];\n",
    rule: null,
  },
  {
    name: 'testing outside tests',
    file: 'packages/losses/src/index.ts',
    code: "export { expectNoLeak } from '@ganymede/testing';\n",
    rule: /^no-restricted-imports: .*Only tests/,
  },
];

/** One run of eslint for all: loading the types takes longer than the linting. */
const fired = (() => {
  const input = JSON.stringify(snippets.map(({ file, code }) => ({ file: join(repository, file), code })));
  // The boundary rule reads the project graph that nx has cached, and is silent where there is none.
  // Under CI typescript-eslint reads each file from disk, once, whatever code it is given.
  const environment = { ...process.env, NX_DAEMON: 'false', TSESTREE_SINGLE_RUN: 'false' };
  execFileSync(process.execPath, [join(repository, 'node_modules/nx/dist/bin/nx.js'), 'show', 'projects'], {
    cwd: repository,
    env: environment,
  });
  const output = execFileSync(process.execPath, [join(__dirname, 'lint-snippets.mjs')], {
    cwd: repository,
    env: environment,
    input,
    encoding: 'utf8',
  });
  return JSON.parse(output) as readonly (readonly string[])[];
})();

test.each(snippets.map((snippet, i) => ({ ...snippet, messages: fired[i]! })))(
  '$name',
  ({ rule, messages }) => {
    if (rule === null) expect(messages).toEqual([]);
    else expect(messages).toEqual(expect.arrayContaining([expect.stringMatching(rule)]));
  },
);
