import { parseJsonAs } from '@ganymede/core';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { badPackageManifest } from '../errors.js';

/** What is read of a `package.json`. */
const names = z.record(z.string(), z.string());
const manifestSchema = z.looseObject({
  name: z.string().optional().catch(undefined),
  dependencies: names.default({}).catch({}),
  peerDependencies: names.default({}).catch({}),
  version: z.string().optional().catch(undefined),
  main: z.string().optional().catch(undefined),
  /** Entries, by conditions and subpaths, as Node reads them. */
  exports: z.unknown().optional(),
});

export type PackageManifest = z.output<typeof manifestSchema>;

/** @param folder - of a package @throws BAD_PLUGIN where its `package.json` is none */
export function readPackageManifest(folder: string): PackageManifest {
  const path = join(folder, 'package.json');
  return parseJsonAs(manifestSchema, readFileSync(path, 'utf8'), (got) => badPackageManifest(path, got));
}
