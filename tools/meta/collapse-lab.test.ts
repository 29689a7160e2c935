import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { repository } from './repository.js';

const folder = mkdtempSync(join(tmpdir(), 'collapse-lab-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** What a program that has the lab's modules prints, as JSON. */
function printed(program: string): unknown {
  const lab = join(repository, 'tools/collapse-lab');
  const imports = `
    import { FactorDiversity, tilesOfSheet, shapeNames } from '${lab}/factor-diversity.mjs';
    import { alarmsOf } from '${lab}/replay.mjs';
    import { writeShapeFolder } from '${lab}/shape-folder.mjs';`;
  const args = ['--input-type=module', '--eval', imports + program];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8', cwd: folder }));
}

test('images that are no squares: a folder of them, the tiles of a sheet, and how varied they are', async () => {
  const [height, width] = [16, 24];
  const { sizes, tiles, variety } = printed(`
    const sharp = (await import('${require.resolve('sharp')}')).default;
    await writeShapeFolder('images', { circle: 2, star: 1 }, [16, 24]);
    const { readdirSync } = await import('node:fs');
    const files = readdirSync('images', { recursive: true }).filter((name) => name.endsWith('.png'));
    const sizes = await Promise.all(files.map(async (name) => {
      const { height, width } = await sharp('images/' + name).metadata();
      return [height, width];
    }));
    const diversity = await FactorDiversity.create([16, 24], 4);
    const real = shapeNames.map((name, label) => ({
      class: name, images: diversity.banks[label].slice(0, 4).map((one) => one.pixels),
    }));
    const sheet = Buffer.alloc(10 * 16 * 4 * 24 * 3);
    for (const [row, { images }] of real.entries())
      for (const [column, tile] of images.entries())
        for (let y = 0; y < 16; y++)
          sheet.set(tile.subarray(y * 72, (y + 1) * 72), (((row * 16 + y) * 4 + column) * 24) * 3);
    await sharp(sheet, { raw: { width: 96, height: 160, channels: 3 } }).png().toFile('sheet.png');
    const tiles = await tilesOfSheet('sheet.png', diversity.size);
    const same = tiles.every((row, i) => row.every((tile, k) => Buffer.compare(tile, real[i].images[k]) === 0));
    console.log(JSON.stringify({
      sizes, tiles: [tiles.length, tiles[0].length, same], variety: diversity.of(real),
    }));`) as { sizes: unknown; tiles: unknown; variety: number };
  expect(sizes).toEqual(Array.from({ length: 3 }, () => [height, width]));
  expect(tiles).toEqual([10, 4, true]);
  expect(variety).toBeGreaterThan(0.5);
  expect((await sharp(readFileSync(join(folder, 'sheet.png'))).metadata()).width).toBe(4 * width);
});

test('a run of such images is judged again, by the largest distance that they can have', () => {
  const config = { loss: { use: 'wasserstein' }, resolution: [16, 24], channels: 3, plugins: [] };
  writeFileSync(join(folder, 'config.json'), JSON.stringify(config));
  const judged = (difference: number): unknown => {
    const scalars = { 'D.logitReal': difference, 'D.logitFake': 0 };
    const lines = [1, 2, 3, 4, 5].map((step) => JSON.stringify({ step, ...scalars }));
    writeFileSync(join(folder, 'events.jsonl'), `${lines.join('\n')}\n`);
    return printed(`console.log(JSON.stringify(await alarmsOf('.')));`);
  };
  // Ten times 2 sqrt(16 x 24 x 3) is 679.
  expect(judged(678)).toEqual([]);
  expect(judged(680)).toMatchObject([{ step: 5, evidence: expect.stringContaining('680') }]);
});
