import { classLayout } from './class-layout.js';

const layout = (...paths: string[]): ReturnType<typeof classLayout> => classLayout(paths);

describe('classLayout', () => {
  test('a folder is a class, and its nested folders belong to it', () => {
    const { classes, images, loose } = layout('dog/1.jpg', 'cat/b/2.png', 'cat/a/1.png', 'cat/3.webp');
    expect(classes).toEqual(['cat', 'dog']);
    expect(images).toEqual([
      { path: 'cat/3.webp', label: 0 },
      { path: 'cat/a/1.png', label: 0 },
      { path: 'cat/b/2.png', label: 0 },
      { path: 'dog/1.jpg', label: 1 },
    ]);
    expect(loose).toEqual([]);
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

  test('a wrapper with strays in it stays one; a class with a folder in it, too', () => {
    const wrapped = layout('train/cat/1.jpg', 'train/cat/2.jpg', 'train/dog/1.jpg', 'train/stray.jpg');
    expect(wrapped.classes).toEqual(['cat', 'dog']);
    expect(wrapped.loose).toEqual(['train/stray.jpg']);
    const one = layout('cat/1.jpg', 'cat/2.jpg', 'cat/old/1.jpg');
    expect(one.classes).toEqual(['cat']);
    expect(one.notes).toEqual(['1 images in folders of cat/ belong to its class, like the 2 right in it']);
  });

  test('splits in the place of classes are told, flat or not, and beside classes', () => {
    expect(layout('train/cat/1.jpg', 'train/dog/1.jpg', 'test/cat/1.jpg').splits).toEqual(['test', 'train']);
    expect(layout('train/1.jpg', 'test/1.jpg').splits).toEqual(['test', 'train']);
    expect(layout('data/Train2017/1.jpg', 'data/VAL_2017/1.jpg').splits).toEqual(['Train2017', 'VAL_2017']);
    expect(layout('cat/1.jpg', 'dog/1.jpg', 'test/1.jpg').splits).toEqual(['test']);
    expect(layout('train/cat/1.jpg', 'train/dog/1.jpg', 'more/1.jpg').splits).toEqual(['train']);
  });

  test('one folder train among vehicles is a class', () => {
    expect(layout('train/1.jpg', 'bus/1.jpg').classes).toEqual(['bus', 'train']);
    expect(layout('train/1.jpg', 'bus/1.jpg').splits).toEqual([]);
  });

  test('splits within classes are read together, with a note', () => {
    expect(layout('cat/train/1.jpg', 'cat/test/1.jpg', 'dog/train/1.jpg').notes).toEqual([
      'the folders test, train of classes look like splits, and are read together',
    ]);
  });

  test('images beside the class folders are told', () => {
    expect(layout('cat/1.jpg', 'dog/1.jpg', '0.jpg').loose).toEqual(['0.jpg']);
  });
});
