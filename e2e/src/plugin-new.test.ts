import { slotNames } from '@ganymede/core';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expectSuccess } from './run-program.js';
import { appFolder, ganymede, ganymedeJson, oldTypescript } from './workplace.js';

const tools = resolve(__dirname, '../../node_modules');
const folder = join(appFolder(), 'plugins');
beforeAll(() => mkdirSync(folder));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The packages are those that the app has installed from tarballs; only compiler, jest and its types are the repository's. */
const tsc = (cwd: string, ...args: string[]) =>
  expectSuccess(process.execPath, [oldTypescript(), '--typeRoots', join(tools, '@types'), ...args], { cwd });

describe('ganymede plugin new', () => {
  test('writes a package of every slot, which the oldest TypeScript takes', async () => {
    for (const slot of slotNames) {
      const report = await ganymedeJson(['plugin', 'new', `own-${slot.toLowerCase()}`, '--slot', slot], {
        cwd: folder,
      });
      expect(report).toMatchObject({ folder: join(folder, `own-${slot.toLowerCase()}`) });
    }
    const settings = { extends: './own-loss/tsconfig.json', compilerOptions: { rootDir: '.', noEmit: true } };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ ...settings, include: ['*/src'] }));
    await tsc(folder, '-p', '.');
  }, 240_000);

  test('the package builds, keeps its contract and trains', async () => {
    const own = join(folder, 'own-loss');
    await tsc(own);
    const { stderr } = await expectSuccess(process.execPath, [join(tools, 'jest/bin/jest.js')], { cwd: own });
    expect(stderr).toMatch(/^Tests: +\d+ passed, \d+ total$/m);
    const trained = await ganymede(
      [
        'train',
        '--preset',
        'quickstart',
        '--steps',
        '1',
        '--run',
        join(own, 'run'),
        '--plugin',
        '.',
        '--set',
        'loss=own-loss',
      ],
      { cwd: own },
    );
    expect([trained.code, trained.stderr]).toEqual([0, expect.not.stringContaining('error')]);
    const { loss } = JSON.parse(readFileSync(join(own, 'run/config.json'), 'utf8'));
    expect(loss).toEqual({ use: 'own-loss', margin: 1 });
  }, 240_000);

  test('a folder with files is left alone', async () => {
    cpSync(join(folder, 'own-loss/LICENSE'), join(folder, 'taken/LICENSE'));
    const { code, stderr } = await ganymede(['plugin', 'new', 'taken', '--slot', 'loss'], { cwd: folder });
    expect([code, stderr]).toEqual([2, expect.stringContaining('error FOLDER_NOT_EMPTY: ')]);
  });
});
