import { cpSync, mkdtempSync, realpathSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installPackages } from './installed-folder.js';
import { packPackages, repository } from './packed-packages.js';

/**
 * Once for all end-to-end tests: packs the packages, and installs them in an empty folder outside the repository,
 * with a third-party plugin beside them. The folder's path is handed on in GANYMEDE_E2E.
 */
export default async function globalSetup(): Promise<void> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'ganymede-e2e-')));
  process.env['GANYMEDE_E2E'] = folder;
  const packages = await packPackages(join(folder, 'tarballs'));
  writeFileSync(join(folder, 'packages.json'), JSON.stringify(packages));
  const app = join(folder, 'app');
  await installPackages(app, packages);
  cpSync(join(repository, 'e2e/fixtures'), app, { recursive: true });
}
