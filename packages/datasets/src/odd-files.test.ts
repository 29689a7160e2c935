import type { Dataset } from '@ganymede/core';
import { execFileSync } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { auto, Auto } from './auto.js';
import { classFolders, openContext, temporaryFolder, writeFiles } from '../testing/make-files.js';

const root = temporaryFolder();
const open = async (path: string): Promise<Dataset> =>
  new Auto(auto.options.parse({ path })).open(openContext(join(root, 'cache')));
const makePipe = (path: string): void => void execFileSync('mkfifo', [path]);

describe('what is no file is neither opened nor waited for', () => {
  test('pipes, sockets, devices, links that lead nowhere or in a circle, folders named like images', async () => {
    const path = await writeFiles(join(root, 'odd'), await classFolders(1, 8));
    makePipe(join(path, 'c0', 'pipe.png'));
    makePipe(join(path, 'c0', 'pipe'));
    await symlink('/dev/zero', join(path, 'c0', 'device.jpg'));
    await symlink('nowhere.png', join(path, 'c0', 'broken.png'));
    await symlink('circle.png', join(path, 'c0', 'circle.png'));
    await mkdir(join(path, 'c0', 'folder.jpg'));
    const server = createServer().listen(join(path, 'c0', 'socket.png'));
    try {
      const { length, report } = await open(path);
      expect(length).toBe(8);
      expect(report.skipped).toEqual([
        { file: 'c0/broken.png', reason: 'is a link that leads nowhere' },
        { file: 'c0/circle.png', reason: 'is a link that leads in a circle' },
        { file: 'c0/device.jpg', reason: 'is a device, not a file' },
        { file: 'c0/pipe', reason: 'is a named pipe, not a file' },
        { file: 'c0/pipe.png', reason: 'is a named pipe, not a file' },
        { file: 'c0/socket.png', reason: 'is a socket, not a file' },
      ]);
    } finally {
      server.close();
    }
  });

  test('folders that lead to each other by links end with an error', async () => {
    const path = join(root, 'mesh');
    const names = Array.from({ length: 8 }, (_, i) => `f${i}`);
    for (const name of names) await mkdir(join(path, name), { recursive: true });
    for (const name of names)
      for (const other of names)
        if (other !== name) await symlink(join(path, other), join(path, name, other));
    await expect(open(path)).rejects.toMatchObject({ code: 'DATASET_TOO_MANY_LINKS' });
  });

  test('a pipe in the place of the data, of an archive, of labels or of binary files', async () => {
    const pipe = join(root, 'pipe.tar');
    makePipe(pipe);
    await expect(open(pipe)).rejects.toMatchObject({
      code: 'DATASET_UNREADABLE',
      message: expect.stringContaining('is a named pipe, not a file') as string,
    });
    const mnist = join(root, 'mnist');
    await mkdir(mnist);
    makePipe(join(mnist, 'train-images-idx3-ubyte'));
    await writeFile(join(mnist, 'train-labels-idx1-ubyte'), '');
    await expect(open(mnist)).rejects.toMatchObject({ code: 'DATASET_UNREADABLE' });
    const cifar = join(root, 'cifar');
    await mkdir(cifar);
    makePipe(join(cifar, 'data_batch_1.bin'));
    await expect(open(cifar)).rejects.toMatchObject({ code: 'DATASET_UNREADABLE' });
    const labelled = await writeFiles(join(root, 'labelled'), await classFolders(1, 2));
    makePipe(join(labelled, 'c0', 'labels.csv'));
    expect(await open(labelled)).toHaveLength(2);
  });
});
