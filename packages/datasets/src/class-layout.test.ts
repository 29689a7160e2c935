import { classLayout } from './class-layout.js';

const layout = (...paths: string[]): ReturnType<typeof classLayout> => classLayout('root', paths, false);

describe('classLayout', () => {
  test('a folder is a class, and its nested folders belong to it', () => {
    const { classes, images, skipped } = layout('dog/1.jpg', 'cat/b/2.png', 'cat/a/1.png', 'cat/3.webp');
    expect(classes).toEqual(['cat', 'dog']);
    expect(images).toEqual([
      { path: 'cat/3.webp', label: 0 },
      { path: 'cat/a/1.png', label: 0 },
      { path: 'cat/b/2.png', label: 0 },
      { path: 'dog/1.jpg', label: 1 },
    ]);
    expect(skipped).toEqual([]);
  });

  test('classes are sorted by code units, whatever the locale', () => {
    // A locale would put ä beside a, and a before B.
    expect(layout('ä/1.jpg', 'a/1.jpg', 'B/1.jpg', 'b10/1.jpg', 'b9/1.jpg').classes).toEqual([
      'B',
      'a',
      'b10',
      'b9',
      'ä',
    ]);
  });

  test('images in no folder make one class', () => {
    expect(layout('2.jpg', '1.jpg').classes).toEqual(['all']);
    expect(layout('2.jpg', '1.jpg').images.map(({ path }) => path)).toEqual(['1.jpg', '2.jpg']);
  });

  test('wrappers around the class folders are skipped, and noted', () => {
    const { classes, notes } = layout('data/train/cat/1.jpg', 'data/train/dog/1.jpg');
    expect(classes).toEqual(['cat', 'dog']);
    expect(notes).toEqual(['data/train/ was taken as a wrapper of the class folders']);
  });

  test('one folder of images is one class of its name', () => {
    expect(layout('train/cat/1.jpg', 'train/cat/2.jpg').classes).toEqual(['cat']);
    expect(layout('cat/1.jpg', 'cat/old/2.jpg').classes).toEqual(['cat']);
  });

  test('splits in the place of classes are refused', () => {
    expect(() => layout('train/cat/1.jpg', 'train/dog/1.jpg', 'test/cat/1.jpg')).toThrow(
      'data: expected class folders in root, got the splits test, train',
    );
    expect(layout('train/1.jpg', 'bus/1.jpg').classes).toEqual(['bus', 'train']);
  });

  test('other files are listed with the reason; what systems leave behind is not', () => {
    const { skipped } = layout(
      'cat/1.jpg',
      'dog/1.jpg',
      'cat/a.txt',
      '0.jpg',
      'cat/.DS_Store',
      '__MACOSX/cat/._1.jpg',
    );
    expect(skipped).toEqual([
      { file: 'cat/a.txt', reason: 'not an image by its extension' },
      { file: '0.jpg', reason: 'lies beside the class folders, in no class' },
    ]);
  });

  test('strict mode names the first file that cannot be used', () => {
    expect(() => classLayout('root', ['cat/1.jpg', 'cat/a.txt'], true)).toThrow(
      'data: expected a readable image, got cat/a.txt: not an image by its extension',
    );
  });

  test('no images at all is an error that shows what is there', () => {
    expect(() => layout('a.txt')).toThrow(
      'data: expected images in root, got none; not usable: a.txt (not an image by its extension)',
    );
  });
});
