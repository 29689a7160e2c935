/**
 * `npm run docs`: writes docs/components/<slot>/<id>.md for every built-in component, from its definition; the notes
 * at the end of a page are written by hand and stay. With `--check` it writes nothing and fails if a page is stale.
 * Needs the built packages.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import prettier from 'prettier';
import { root } from '../setup/run-command.mjs';
import { componentPage, notesHeading } from './component-page.mjs';

const require = createRequire(import.meta.url);
const { componentKeys, createContainer } = require('../../packages/toolkit/dist/index.js');
const isCheck = process.argv.includes('--check');
const style = await prettier.resolveConfig(join(root, 'docs/components/page.md'));

const container = await createContainer();
const stale = [];
for (const component of container.list()) {
  const { slot, id } = component.definition;
  const file = `docs/components/${slot}/${id}.md`;
  const path = join(root, file);
  const current = existsSync(path) ? readFileSync(path, 'utf8') : '';
  const notes = current.includes(notesHeading)
    ? current.slice(current.indexOf(notesHeading) + notesHeading.length)
    : current;
  const page = componentPage(component, Object.keys(componentKeys), notes);
  const formatted = await prettier.format(page, { ...style, parser: 'markdown' });
  if (formatted === current) continue;
  stale.push(file);
  if (!isCheck) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, formatted);
  }
}
if (isCheck && stale.length > 0) {
  console.error(
    `docs: expected these pages to say what the definitions say: ${stale.join(', ')}. Run npm run docs.`,
  );
  process.exitCode = 1;
}
