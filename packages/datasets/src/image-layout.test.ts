import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { layoutImages, type ImageLayout, type LabelsFrom } from './image-layout.js';
import { openContext, solidPng, temporaryFolder, writeFiles } from '../testing/make-files.js';
import { imageFolder, ImageFolder } from './image-folder.js';

/** Images are named alone; other files have a text. */
async function layout(
  images: readonly string[],
  others: Readonly<Record<string, string | Uint8Array>> = {},
  labels: LabelsFrom = 'auto',
): Promise<ImageLayout> {
  return layoutImages({
    root: '/data',
    images,
    others: Object.keys(others),
    labels,
    isArchive: false,
    read: async (path) => Buffer.from(others[path]! as string),
  });
}

const flat = ['a.png', 'b.png', 'c.png', 'd.png'];
const classesOf = ({ classes, images }: ImageLayout): Record<string, string> =>
  Object.fromEntries(images.map(({ path, label }) => [path, classes[label]!]));
const byFile = { 'a.png': 'cat', 'b.png': 'dog', 'c.png': 'cat', 'd.png': 'dog' };

describe('labels in a file', () => {
  test.each([
    ['labels.csv', 'file,label\na.png,cat\nb.png,dog\nc.png,cat\nd.png,dog\n'],
    ['any.csv', '\uFEFF"Class","Image Name"\r\ncat,a.png\r\ndog,b.png\r\ncat,c.png\r\n"dog",d.png'],
    ['train.tsv', 'id\tfilename\tcategory\n1\ta\tcat\n2\tb\tdog\n3\tc\tcat\n4\td\tdog'],
    ['labels.csv', 'path;label\na.png;cat\nb.png;dog\nc.png;cat\nd.png;dog'],
    [
      'metadata.jsonl',
      flat.map((file, i) => JSON.stringify({ file_name: file, label: i % 2 ? 'dog' : 'cat' })).join('\n'),
    ],
    ['metadata.csv', 'file_name,label\n./a.png,cat\nb.png,dog\nc.png,cat\nd.png,dog'],
  ])('%s is read', async (file, text) => {
    const found = await layout(flat, { [file]: text });
    expect(found.labelFile).toBe(file);
    expect(classesOf(found)).toEqual(byFile);
    expect(found.notes).toEqual([`labels were read from ${file}, not from folders`]);
  });

  test('dataset.json of StyleGAN counts, not its folders; classes are in order of numbers', async () => {
    const paths = ['00000/img0.png', '00000/img1.png', '00001/img2.png'];
    const labels = paths.map((path, i) => [path, [10, 9, 10][i]]);
    const found = await layout(paths, { 'dataset.json': JSON.stringify({ labels }) });
    expect(found.classes).toEqual(['9', '10']);
    expect(classesOf(found)).toEqual({
      '00000/img0.png': '10',
      '00000/img1.png': '9',
      '00001/img2.png': '10',
    });
    const none = await layout(paths, { 'dataset.json': '{"labels": null}' });
    expect(none.classes).toEqual(['all']);
  });

  test('classes.txt names the numbers of classes', async () => {
    const text = 'file,label\na.png,0\nb.png,1\nc.png,0\nd.png,1\n';
    const found = await layout(flat, { 'labels.csv': text, 'classes.txt': 'cat\ndog\n' });
    expect(classesOf(found)).toEqual(byFile);
    const numbered = await layout(flat, { 'labels.csv': text, 'classes.txt': '0 cat\n1 dog\n' });
    expect(classesOf(numbered)).toEqual(byFile);
  });

  test('an image without a label, a label without its image and two labels are named', async () => {
    await expect(
      layout(flat, { 'labels.csv': 'file,label\na.png,cat\nb.png,dog\nb.png,cat\nx.png,dog\nd.png,dog' }),
    ).rejects.toMatchObject({
      code: 'DATASET_LABELS_MISMATCH',
      message:
        'data: expected a label in labels.csv for each image and an image for each label, got 1 images without one (c.png); 1 labels without their image (x.png); 1 images with two (b.png)',
    });
  });

  test.each<[string, Record<string, string>]>([
    [
      '_annotations.coco.json',
      {
        '_annotations.coco.json': JSON.stringify({
          images: flat.map((file_name) => ({ file_name })),
          annotations: [],
        }),
      },
    ],
    ['labels.csv', { 'labels.csv': 'a.png,cat\nb.png,dog\nc.png,cat\nd.png,dog' }],
    ['breeds.csv', { 'breeds.csv': 'id,breed\na,x\nb,y\nc,x\nd,y' }],
    ['map.json', { 'map.json': JSON.stringify({ 'a.png': 1, 'b.png': 2, 'c.png': 1, 'd.png': 1 }) }],
    ['val.txt', { 'val.txt': 'a.png 65\nb.png 970\nc.png 230\nd.png 1' }],
    ['imagelabels.mat', { 'imagelabels.mat': '' }],
    ['classes.txt', { 'classes.txt': 'cat\ndog' }],
    ['labels/a.txt', Object.fromEntries(flat.map((file) => [`labels/${file[0]}.txt`, '0 0.5 0.5 1 1']))],
    ['metadata.jsonl', { 'metadata.jsonl': '{"file_name": "a.png", "label": [1, 2]}' }],
    ['dataset.json', { 'dataset.json': '{"labels": [["a.png", [0, 1]]]}' }],
  ])('%s is not read, and nothing is guessed instead', async (file, others) => {
    await expect(layout(flat, others)).rejects.toMatchObject({
      code: 'DATASET_LABELS_UNREAD',
      message: expect.stringContaining(file) as string,
    });
    expect((await layout(flat, others, 'none')).classes).toEqual(['all']);
    expect((await layout(flat, others, 'folders')).classes).toEqual(['all']);
  });

  test.each([
    ['captions.jsonl', '{"file_name": "a.png", "text": "a cat"}'],
    ['metadata.csv', 'file_name,text\na.png,one\nb.png,two\nc.png,three'],
    ['log.csv', 'step,loss\n1,2\n2,3\n3,4'],
    ['files.txt', 'a.png\nb.png\nc.png\n'],
    ['package.json', '{"name": "x"}'],
    ['readme.txt', 'Free images.'],
  ])('%s has no labels', async (file, text) => {
    expect((await layout(flat, { [file]: text })).labelFile).toBeNull();
  });

  test('labels: file asks for one; several are not chosen from', async () => {
    await expect(layout(flat, {}, 'file')).rejects.toMatchObject({ code: 'DATASET_LABELS_MISSING' });
    const text = 'file,label\na.png,cat\nb.png,dog\nc.png,cat\nd.png,dog\n';
    await expect(layout(flat, { 'a.csv': text, 'b.csv': text })).rejects.toMatchObject({
      code: 'DATASET_LABELS_UNREAD',
      message: expect.stringContaining('a.csv, b.csv') as string,
    });
  });
});

describe('encodings', () => {
  const text = 'file,label\na.png,caf\u00e9\nb.png,dog\nc.png,caf\u00e9\nd.png,dog\n';

  test.each<[string, Buffer]>([
    ['UTF-8 with its mark', Buffer.from(`\ufeff${text}`)],
    ['UTF-16 as spreadsheets save it', Buffer.from(`\ufeff${text}`, 'utf16le')],
    ['UTF-16, big end first', Buffer.from(`\ufeff${text}`, 'utf16le').swap16()],
  ])('%s is read', async (_, bytes) => {
    expect((await layout(flat, { 'labels.csv': bytes })).classes).toEqual(['caf\u00e9', 'dog']);
  });

  test('another is refused: two classes could become one', async () => {
    await expect(layout(flat, { 'labels.csv': Buffer.from(text, 'latin1') })).rejects.toMatchObject({
      code: 'DATASET_LABELS_UNREAD',
      message: expect.stringContaining('text that is not UTF-8') as string,
    });
  });
});

describe('what may be labels is not passed over where nothing else tells classes', () => {
  test.each<[string, string]>([
    ['labels.csv', 'id,label\n1,x\n2,y\n'],
    ['train.csv', 'id,target\n1,0\n2,1\n'],
    ['labels.xlsx', 'PK'],
    ['train.parquet', 'PAR1'],
    ['image_labels.txt', '1 0 0\n0 1 0\n'],
  ])('%s', async (file, text) => {
    await expect(layout(flat, { [file]: text })).rejects.toMatchObject({
      code: 'DATASET_LABELS_UNREAD',
      message: expect.stringContaining(file) as string,
    });
    expect((await layout(['x/1.png', 'y/2.png'], { 'train.csv': text, 'list.xlsx': '' })).classes).toEqual([
      'x',
      'y',
    ]);
  });

  test('WebDataset: a .cls for each image', async () => {
    const classes = Object.fromEntries(flat.map((file) => [file.replace('.png', '.cls'), '0']));
    await expect(layout(flat, classes)).rejects.toMatchObject({ code: 'DATASET_LABELS_UNREAD' });
  });
});

describe('folders that are no classes', () => {
  test('labels beside images, shards and folds', async () => {
    await expect(layout(['images/1.png', 'masks/1.png'])).rejects.toMatchObject({
      code: 'DATASET_LABELS_UNREAD',
      message: expect.stringContaining('masks/') as string,
    });
    const shards = ['00000/00000.png', '00000/00001.png', '01000/01000.png', '01000/01001.png'];
    await expect(layout(shards)).rejects.toMatchObject({
      code: 'DATASET_SPLITS',
      message: expect.stringContaining('numbered through: 00000, 01000') as string,
    });
    expect((await layout(shards, {}, 'none')).classes).toEqual(['all']);
    expect((await layout(shards, {}, 'folders')).classes).toEqual(['00000', '01000']);
    await expect(layout(['fold1/1.png', 'fold2/1.png'])).rejects.toMatchObject({ code: 'DATASET_SPLITS' });
  });
});

describe('a file of text for each image', () => {
  const images = ['cat/1.png', 'cat/2.png', 'dog/3.png', 'dog/4.png'];
  const captions = Object.fromEntries(images.map((file) => [file.replace('.png', '.txt'), 'a photo']));

  test('beside images in class folders, too, it is not passed over: shards of captions are no classes', async () => {
    await expect(layout(images, captions)).rejects.toMatchObject({
      code: 'DATASET_LABELS_UNREAD',
      message:
        'data: expected labels of /data that can be read, got cat/1.txt: a file for each image (4 of them), which is not read',
      hint: expect.stringContaining('labels: folders') as string,
    });
  });

  test('whoever says that folders are the classes gets them, with a note', async () => {
    const found = await layout(images, captions, 'folders');
    expect(found.classes).toEqual(['cat', 'dog']);
    expect(found.notes).toEqual([
      '4 files that are named like an image each, cat/1.txt the first, were not read',
    ]);
    expect([...found.sidecars]).toEqual(Object.keys(captions));
  });
});

describe('folders', () => {
  test('splits are named, with what to type', async () => {
    await expect(layout(['x/train/1.png', 'x/test/1.png'])).rejects.toMatchObject({
      code: 'DATASET_SPLITS',
      message: 'data: expected class folders in /data, got the splits x/test, x/train',
      hint: expect.stringContaining('/data/x/train') as string,
    });
    expect((await layout(['train/1.png', 'test/1.png'], {}, 'folders')).classes).toEqual(['test', 'train']);
  });

  test('half a data set is refused with both numbers, a stray is told', async () => {
    const loose = Array.from({ length: 40 }, (_, i) => `${i}.png`);
    await expect(layout([...loose, 'thumbs/1.png', 'thumbs/2.png', 'thumbs/3.png'])).rejects.toMatchObject({
      code: 'DATASET_LEFT_OUT',
      message: 'data: expected all images of /data in class folders, got 40 in none, beside 3 in thumbs',
    });
    const classes = Array.from({ length: 40 }, (_, i) => `cat/${i}.png`);
    expect((await layout([...classes, 'dog/1.png', 'stray.png'])).notes).toEqual([
      '1 images beside the class folders are in no class and left out',
    ]);
  });
});

const root = temporaryFolder();

test('labels beside a flat folder are found, as competitions have them', async () => {
  const path = await writeFiles(join(root, 'train'), {
    '1.png': await solidPng([1, 2, 3]),
    '2.png': await solidPng([4, 5, 6]),
    '3.png': await solidPng([7, 8, 9]),
  });
  await mkdir(root, { recursive: true });
  await writeFile(join(root, 'train.csv'), 'image,label\n1.png,b\n2.png,a\n3.png,b\n');
  const dataset = await new ImageFolder(imageFolder.options.parse({ path })).open(
    openContext(join(root, 'cache')),
  );
  expect(dataset.classes).toEqual(['a', 'b']);
  expect([...dataset.labels()]).toEqual([1, 0, 1]);
});
