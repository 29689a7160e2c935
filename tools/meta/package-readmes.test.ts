import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readText, repository, workspacePackages } from './repository.js';

const readmeOf = (folder: string): string => `${folder}/README.md`;

// What its code does, e2e/src/document-examples.test.ts tries on the packed packages.
test.each(workspacePackages())(
  '$folder has a README under its name that says how to install it',
  ({ folder, manifest }) => {
    expect(existsSync(join(repository, readmeOf(folder)))).toBe(true);
    const text = readText(readmeOf(folder));
    expect(text.split('\n')[0]).toBe(`# ${manifest.name}`);
    expect(text).toMatch(new RegExp(`^npm install (--[\\w-]+ )?${manifest.name}( |$)`, 'm'));
  },
);
