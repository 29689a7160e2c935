import { isBuiltin } from 'node:module';
import { GanymedeError } from '@ganymede/core';

/** Names that npm keeps for itself. */
const reserved: readonly string[] = ['node_modules', 'favicon.ico'];

/**
 * The name of a package, checked by npm's rules for new names: lower case, of characters that addresses take as they are, at
 * most 214, and none of Node's own modules, which would be imported in its place.
 * @param wanted - made of the run's name if undefined
 * @throws BAD_PACKAGE_NAME
 */
export function packageNameOf(wanted: string | undefined, run: string): string {
  const name = wanted ?? nameOfRun(run);
  const isName =
    name.length <= 214 && /^(?:@[a-z0-9~-][a-z0-9._~-]*\/[a-z0-9-]|[a-z0-9])[a-z0-9._-]*$/.test(name);
  if (isName && !isBuiltin(name) && !reserved.includes(name)) return name;
  throw new GanymedeError(
    'BAD_PACKAGE_NAME',
    `package name: expected lower case letters, digits and - . _, perhaps after @scope/, and no module of Node, got ${name}`,
    { kind: 'usage', hint: 'Give another with --package.' },
  );
}

function nameOfRun(run: string): string {
  const name = run
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[._-]+|-+$/g, '');
  return name === '' ? 'generator' : name;
}
