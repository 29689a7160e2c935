import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { readTargets } from './read-targets.js';

test('targets come in the height and width of the generator', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ganymede-targets-'));
  try {
    const path = join(folder, 'tall.png');
    const raw = Uint8Array.from({ length: 6 * 4 * 3 }, (_, i) => 3 * i);
    await writeFile(
      path,
      await sharp(raw, { raw: { width: 4, height: 6, channels: 3 } })
        .png()
        .toBuffer(),
    );
    expect(await readTargets([path, path], { height: 6, width: 4, channels: 3 })).toEqual(
      Uint8Array.from([...raw, ...raw]),
    );
    const lying = await readTargets([path], { height: 2, width: 4, channels: 3 });
    expect(lying).toEqual(raw.slice(2 * 4 * 3, 4 * 4 * 3));
  } finally {
    await rm(folder, { recursive: true });
  }
});
