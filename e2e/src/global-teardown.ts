import { rmSync } from 'node:fs';

/** Removes what the set-up made; GANYMEDE_E2E_KEEP=1 leaves it for a look. */
export default function globalTeardown(): void {
  const folder = process.env['GANYMEDE_E2E'];
  if (folder !== undefined && process.env['GANYMEDE_E2E_KEEP'] !== '1') {
    rmSync(folder, { recursive: true, force: true });
  }
}
