import { isGanymedeError } from '@ganymede/core';
import fc from 'fast-check';
import { execFileSync } from 'node:child_process';
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { openContext, solidPng, tarOf, temporaryFolder } from '../testing/make-files.js';
import { auto, Auto } from './auto.js';

/** Inputs each. They take some ten seconds; a machine that is busy with other tests takes longer. */
const numRuns = 1000;
const patience = 240_000;
const root = temporaryFolder();
const cacheFolder = join(root, 'cache');

/** Opens data and looks at all of it. Anything but an error that says what is wrong is a failure. */
async function openOrSay(path: string, strict: boolean): Promise<void> {
  try {
    const dataset = await new Auto(auto.options.parse({ path })).open(
      openContext(cacheFolder, { strict, resolution: 2 }),
    );
    const labels = dataset.labels();
    expect(labels).toHaveLength(dataset.length);
    expect(new Set(labels).size).toBe(dataset.classes.length);
    expect(await dataset.read(Array.from(labels.keys()))).toHaveLength(dataset.length * 12);
    await dataset.close();
  } catch (error) {
    if (!isGanymedeError(error)) throw error;
    expect(error.code).toMatch(/^DATASET_[A-Z_]+$/);
    expect(error.message).not.toMatch(
      /libpng|VipsJpeg|vips|Input [Bb]uffer|ENOENT|EISDIR|undefined|\[object/,
    );
  }
}

let images: readonly Buffer[] = [];
let pipe = '';
beforeAll(async () => {
  const [red, blue] = await Promise.all([solidPng([255, 0, 0], 2), solidPng([0, 0, 255], 3)]);
  images = [red!, blue!, red!.subarray(0, 40), blue!.subarray(0, -12)];
  pipe = join(root, 'pipe');
  execFileSync('mkfifo', [pipe]);
});

type Entry = { readonly path: readonly string[] } & (
  | { readonly kind: 'image'; readonly which: number }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'link'; readonly to: string }
);

const folderName = fc.constantFrom(
  'train',
  'test',
  'val',
  'cat',
  'dog',
  'a b',
  '__proto__',
  'constructor',
  'ünï',
  'x.jpg',
);
const fileName = fc.constantFrom(
  ...[
    '1.png',
    '2.png',
    '3.PNG',
    '4.jpg',
    '5.tif',
    'x',
    'labels.csv',
    'dataset.json',
    'metadata.jsonl',
    'classes.txt',
  ],
  ...['train.csv', '_annotations.coco.json', '1.txt', 'a\nb.png', ' .png', 'constructor.png', '.hidden.png'],
);
const text = fc.constantFrom(
  ...[
    '',
    '<html></html>',
    '{"labels": [["1.png", 0]]}',
    '{"labels": null}',
    'file,label\n1.png,a\n2.png,b\n',
  ],
  ...[
    'file,label\n"1.png',
    '{"file_name": "1.png", "label": "a"}',
    '\0\0\0\0',
    '{',
    'II*\0',
    '\x89PNG\r\n\x1a\n',
  ],
);
const path = fc
  .tuple(fc.array(folderName, { maxLength: 2 }), fileName)
  .map(([folders, name]) => [...folders, name]);
const entry: fc.Arbitrary<Entry> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ path, kind: fc.constant('image' as const), which: fc.nat(3) }) },
  { weight: 2, arbitrary: fc.record({ path, kind: fc.constant('text' as const), text }) },
  {
    weight: 1,
    arbitrary: fc.record({
      path,
      kind: fc.constant('link' as const),
      to: fc.constantFrom('pipe', '/dev/zero', '.', 'nowhere', '1.png'),
    }),
  },
);

async function put(folder: string, one: Entry): Promise<void> {
  const file = join(folder, ...one.path);
  try {
    await mkdir(dirname(file), { recursive: true });
    if (one.kind === 'link') await symlink(one.to === 'pipe' ? pipe : one.to, file);
    else await writeFile(file, one.kind === 'image' ? images[one.which]! : one.text, { flag: 'wx' });
  } catch {
    // The path, or a part of it, is taken by another entry.
  }
}

test(
  `${numRuns} trees of good, bad and odd files end well or with a coded error`,
  async () => {
    let number = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(entry, { maxLength: 8 }), fc.boolean(), async (entries, strict) => {
        const folder = join(root, `tree-${number++}`);
        await mkdir(folder);
        for (const one of entries) await put(folder, one);
        try {
          await openOrSay(folder, strict);
        } finally {
          await rm(folder, { recursive: true });
        }
      }),
      { numRuns, seed: 18 },
    );
  },
  patience,
);

test(
  `${numRuns} tars with changed headers end well or with a coded error`,
  async () => {
    const archive = await tarOf({
      'a/1.png': images[0]!,
      'b/2.png': images[1]!,
      'labels.csv': 'file,label\n1.png,x\n2.png,y\n',
    });
    const file = join(root, 'mutated.tar');
    const change = fc.record({ at: fc.nat(archive.length - 1), byte: fc.integer({ min: 0, max: 255 }) });
    const header = fc.tuple(fc.constantFrom(0, 1024, 2048), fc.nat(511)).map(([block, at]) => block + at);
    const inHeader = fc.record({
      at: header,
      byte: fc.constantFrom(0, 0x30, 0x37, 0x39, 0x80, 0xff, 0x4c, 0x78),
    });
    const changes = fc.array(fc.oneof({ weight: 4, arbitrary: inHeader }, { weight: 1, arbitrary: change }), {
      minLength: 1,
      maxLength: 6,
    });
    const before = process.memoryUsage().rss;
    await fc.assert(
      fc.asyncProperty(changes, fc.boolean(), fc.nat(archive.length), async (all, mends, length) => {
        const bytes = Buffer.from(archive);
        for (const { at, byte } of all) bytes[at] = byte;
        // With right checksums the fields behind them are read.
        if (mends) for (const block of [0, 1024, 2048]) mendChecksum(bytes, block);
        await writeFile(file, length % 3 === 0 ? bytes.subarray(0, length) : bytes);
        await openOrSay(file, false);
      }),
      { numRuns, seed: 18 },
    );
    expect(process.memoryUsage().rss - before).toBeLessThan(512 * 2 ** 20);
  },
  patience,
);

function mendChecksum(bytes: Buffer, block: number): void {
  const sum = bytes
    .subarray(block, block + 512)
    .reduce((total, byte, at) => total + (at >= 148 && at < 156 ? 32 : byte), 0);
  bytes.write(`${sum.toString(8).padStart(6, '0')}\0 `, block + 148, 'latin1');
}
