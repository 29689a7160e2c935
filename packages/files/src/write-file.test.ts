import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { AppendFile } from './append-file.js';
import { nodeDisk, type Disk } from './disk.js';
import { isTemporaryName, temporaryPath } from './leftovers.js';
import { thisProcess } from './process-identity.js';
import { expectWritable, SafeFile, writeFileSafely } from './write-file.js';
import { writeFolderSafely } from './write-folder.js';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'files-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const read = (name: string): string => readFileSync(join(folder, name), 'utf8');

describe('writeFileSafely', () => {
  it('writes texts, bytes and pieces, makes folders, and tells size and checksum', async () => {
    const deep = join(folder, 'a/b/c.txt');
    expect(await writeFileSafely(deep, 'abc')).toEqual({
      size: 3,
      // sha256sum of abc, FIPS 180-2, appendix B.1
      sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    });
    await writeFileSafely(join(folder, 'bytes'), Uint8Array.of(120, 121));
    await writeFileSafely(join(folder, 'pieces'), [Buffer.from('x'), Buffer.from('y')]);
    await writeFileSafely(
      join(folder, 'stream'),
      (async function* () {
        yield Buffer.from('later');
      })(),
    );
    expect([read('a/b/c.txt'), read('bytes'), read('pieces'), read('stream')]).toEqual([
      'abc',
      'xy',
      'xy',
      'later',
    ]);
    expect(readdirSync(dirname(deep))).toEqual(['c.txt']);
  });

  it('takes a name as long as the file system does', async () => {
    const name = 'n'.repeat(255);
    await writeFileSafely(join(folder, name), 'long');
    expect(readdirSync(folder)).toEqual([name]);
  });

  it('writes where a link leads', async () => {
    writeFileSync(join(folder, 'real'), 'old');
    symlinkSync('real', join(folder, 'link'));
    await writeFileSafely(join(folder, 'link'), 'new');
    expect([read('real'), read('link')]).toEqual(['new', 'new']);
    rmSync(join(folder, 'link'));
    expect(read('real')).toBe('new');
  });

  it('flushes before it renames, and the folder after', async () => {
    const calls: string[] = [];
    const disk: Disk = {
      ...nodeDisk,
      writeFile: async (path, chunks) => (calls.push('write'), nodeDisk.writeFile(path, chunks)),
      rename: async (from, to) => (calls.push('rename'), nodeDisk.rename(from, to)),
      syncFolder: async (path) => (calls.push('sync folder'), nodeDisk.syncFolder(path)),
    };
    await writeFileSafely(join(folder, 'x'), 'x', { disk });
    expect(calls).toEqual(['write', 'rename', 'sync folder']);
  });

  const inTheWay: readonly (readonly [what: string, make: (path: string) => string, got: string])[] = [
    [
      'a folder',
      (path) => {
        mkdirSync(path);
        return path;
      },
      'a folder of that name',
    ],
    [
      'a pipe',
      (path) => {
        execFileSync('mkfifo', [path]);
        return path;
      },
      'a device, a pipe or a socket',
    ],
    [
      'a file on the way',
      (path) => {
        writeFileSync(path, '');
        return join(path, 'inside');
      },
      'a file where one of its folders should be (ENOTDIR)',
    ],
    ['a name that is too long', (path) => path + 'n'.repeat(256), 'a name that is too long'],
  ];
  it.each(inTheWay)('names the path where it meets %s', async (_, make, got) => {
    const asked = make(join(folder, 'taken'));
    const error = await writeFileSafely(asked, 'x').catch((one: unknown) => one);
    expect(error).toMatchObject({ code: 'CANNOT_WRITE', kind: 'failed', hint: expect.any(String) });
    expect((error as Error).message).toContain(`${asked}: expected a place to write to, got ${got}`);
    expect(readdirSync(folder).filter(isTemporaryName)).toEqual([]);
  });

  it('does not write into devices', async () => {
    await expect(writeFileSafely('/dev/null', 'x')).rejects.toMatchObject({ code: 'CANNOT_WRITE' });
  });

  it('leaves errors that are not of the file system as they are, and nothing behind', async () => {
    const pieces = function* (): Generator<Uint8Array> {
      yield Buffer.alloc(10);
      throw new RangeError('of the content');
    };
    await expect(writeFileSafely(join(folder, 'x'), pieces())).rejects.toThrow(RangeError);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('names a folder without permission', async () => {
    // Root may write everywhere.
    const disk: Disk = {
      ...nodeDisk,
      writeFile: () => Promise.reject(Object.assign(new Error('EACCES'), { code: 'EACCES' })),
    };
    chmodSync(folder, 0o700);
    await expect(writeFileSafely(join(folder, 'x'), 'x', { disk })).rejects.toMatchObject({
      code: 'CANNOT_WRITE',
      message: expect.stringContaining('no permission'),
    });
  });
});

describe('what killed processes left', () => {
  it('goes with the next write, and what living ones write stays', async () => {
    const dead = spawn(process.execPath, ['-e', '']);
    await once(dead, 'close');
    const elsewhere = { host: `not-${hostname()}`, pid: 1, startedAt: '1' };
    const left = [
      temporaryPath(folder, { host: hostname(), pid: dead.pid!, startedAt: '1' }),
      // The id of this process, in another life.
      temporaryPath(folder, { ...thisProcess(), startedAt: '1' }),
      temporaryPath(folder, elsewhere),
    ];
    const kept = [temporaryPath(folder, thisProcess()), temporaryPath(folder, elsewhere)];
    for (const path of [...left, ...kept]) writeFileSync(path, 'half');
    rmSync(left[1]!);
    mkdirSync(left[1]!);
    writeFileSync(join(left[1]!, 'inside'), '');
    const daysAgo = new Date(Date.now() - 2 * 24 * 3600_000);
    utimesSync(left[2]!, daysAgo, daysAgo);
    await writeFileSafely(join(folder, 'x'), 'x');
    expect(readdirSync(folder).sort()).toEqual(
      [...kept.map((path) => path.slice(folder.length + 1)), 'x'].sort(),
    );
  });

  it('is known by its name', () => {
    expect(isTemporaryName(temporaryPath('', thisProcess()))).toBe(true);
    expect(isTemporaryName(temporaryPath('', { ...thisProcess(), startedAt: null }))).toBe(true);
    for (const name of ['x.part', '.ganymede', '.ganymede-1.part', '00001.png'])
      expect(isTemporaryName(name)).toBe(false);
  });
});

describe('writeFolderSafely', () => {
  const fill = async (temporary: string): Promise<string> => {
    await writeFileSafely(join(temporary, 'a'), '1');
    expect(readdirSync(folder)).not.toContain('made');
    return 'filled';
  };

  it('appears whole, also in the place of an empty folder', async () => {
    const path = join(folder, 'made');
    expect(await writeFolderSafely(path, fill)).toBe('filled');
    expect(readdirSync(path)).toEqual(['a']);
    mkdirSync(join(folder, 'empty'));
    await writeFolderSafely(join(folder, 'empty'), async (temporary) =>
      writeFileSafely(join(temporary, 'b'), ''),
    );
    expect(readdirSync(join(folder, 'empty'))).toEqual(['b']);
    expect(readdirSync(folder).sort()).toEqual(['empty', 'made']);
  });

  it('is not there where filling it fails, and replaces nothing', async () => {
    const failed = writeFolderSafely(join(folder, 'made'), () => Promise.reject(new RangeError('inside')));
    await expect(failed).rejects.toThrow(RangeError);
    expect(readdirSync(folder)).toEqual([]);
    writeFileSync(join(folder, 'made'), '');
    await expect(writeFolderSafely(join(folder, 'made'), fill)).rejects.toMatchObject({
      code: 'CANNOT_WRITE',
    });
    mkdirSync(join(folder, 'full/x'), { recursive: true });
    await expect(writeFolderSafely(join(folder, 'full'), fill)).rejects.toThrow(
      'a folder that holds x already',
    );
  });

  it('joins what is there where it may, all or nothing', async () => {
    mkdirSync(join(folder, 'shared'));
    writeFileSync(join(folder, 'shared/z'), 'mine');
    await writeFolderSafely(join(folder, 'shared'), fill, { joins: true });
    expect(readdirSync(join(folder, 'shared'))).toEqual(['a', 'z']);
    const two = async (temporary: string): Promise<void> => {
      for (const name of ['b', 'c']) await writeFileSafely(join(temporary, name), '');
    };
    const disk: Disk = {
      ...nodeDisk,
      rename: (from, to) =>
        to.endsWith('shared/c')
          ? Promise.reject(Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' }))
          : nodeDisk.rename(from, to),
    };
    const failed = writeFolderSafely(join(folder, 'shared'), two, { joins: true, disk });
    await expect(failed).rejects.toMatchObject({ code: 'DISK_FULL' });
    expect(readdirSync(join(folder, 'shared'))).toEqual(['a', 'z']);
  });
});

describe('SafeFile', () => {
  it('has its name with commit', async () => {
    const file = await SafeFile.create(folder);
    await file.write(Buffer.from('abc'));
    await file.write(Buffer.from('def'));
    const { size, sha256 } = await file.finish();
    expect(size).toBe(6);
    const path = join(folder, 'named', sha256.slice(0, 4));
    await file.commit(path);
    expect(readFileSync(path, 'utf8')).toBe('abcdef');
    expect(readdirSync(folder)).toEqual(['named']);
  });

  it('leaves nothing where it is abandoned', async () => {
    const file = await SafeFile.create(folder);
    await file.write(Buffer.from('abc'));
    await file.abandon();
    await file.abandon();
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('folders on the way', () => {
  it('are made, through links too; a file in their place is told', async () => {
    mkdirSync(join(folder, 'real'));
    symlinkSync('real', join(folder, 'link'));
    await nodeDisk.makeFolder(join(folder, 'link/a/b'));
    expect(readdirSync(join(folder, 'real/a'))).toEqual(['b']);
    await nodeDisk.makeFolder(join(folder, 'link/a/b'));
    writeFileSync(join(folder, 'file'), '');
    await expect(nodeDisk.makeFolder(join(folder, 'file'))).rejects.toMatchObject({ code: 'EEXIST' });
    await expect(nodeDisk.makeFolder(join(folder, 'file/x/y'))).rejects.toMatchObject({ code: 'ENOTDIR' });
  });

  it('many at once are no trouble', async () => {
    const deep = join(folder, 'p/q/r');
    await Promise.all(Array.from({ length: 20 }, () => nodeDisk.makeFolder(deep)));
    expect(readdirSync(join(folder, 'p/q'))).toEqual(['r']);
  });

  // Node's recursive mkdir never comes back from here.
  (process.platform === 'linux' ? it : it.skip)('where there can be none it ends with an error', async () => {
    await expect(writeFileSafely('/proc/ganymede/a/b', 'x')).rejects.toMatchObject({ code: 'CANNOT_WRITE' });
    expect(() => AppendFile.open('/proc/ganymede/a/b', { lines: true })).toThrow(
      expect.objectContaining({ code: 'CANNOT_WRITE' }),
    );
  });
});

describe('expectWritable', () => {
  it('passes where a file can be written, and leaves none', async () => {
    await expectWritable(join(folder, 'new/deep/file.txt'));
    expect(readdirSync(join(folder, 'new/deep'))).toEqual([]);
    writeFileSync(join(folder, 'there'), 'stays');
    await expectWritable(join(folder, 'there'));
    expect(read('there')).toBe('stays');
  });

  it('says what is in the way', async () => {
    writeFileSync(join(folder, 'file'), '');
    mkdirSync(join(folder, 'out'));
    await expect(expectWritable(join(folder, 'file/x'))).rejects.toMatchObject({ code: 'CANNOT_WRITE' });
    await expect(expectWritable(join(folder, 'out'))).rejects.toMatchObject({
      code: 'CANNOT_WRITE',
      message: expect.stringContaining('a folder of that name'),
    });
  });
});
