import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './run-command.mjs';

/** The versions of a package.json's `engines.node`, which is always `>=a.b.c` here. @returns {number[]} */
function minimumVersion() {
  const { engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return engines.node.replace('>=', '').split('.').map(Number);
}

/** Ends the process with one line if this Node is too old to run what follows. */
export function checkNode() {
  const minimum = minimumVersion();
  const current = process.versions.node.split('.').map(Number);
  const difference = minimum.map((part, i) => (current[i] ?? 0) - part).find((part) => part !== 0) ?? 0;
  if (difference < 0) {
    console.error(
      `Node: expected ${minimum.join('.')} or newer, got ${process.versions.node}. Install a newer Node and run this again.`,
    );
    process.exit(1);
  }
}
