import { classLayout } from './class-layout.js';
import { areShards, labelFolders, lookAlikes, oddLabels } from './dubious-classes.js';

describe('labelFolders', () => {
  test.each([
    [['images', 'masks'], 'masks'],
    [['JPEGImages', 'Annotations', 'depth'], 'Annotations'],
    [['rgb', 'ground_truth'], 'ground_truth'],
  ])('%j: %s', (folders, found) => expect(labelFolders(folders)).toBe(found));

  test.each([
    [['cat', 'masks']],
    [['photo', 'sketch']],
    [['masks']],
    [['images', 'photos']],
    [['masks', 'gt']],
  ])('%j are classes', (folders) => expect(labelFolders(folders)).toBeNull());
});

describe('areShards', () => {
  const shards = (paths: readonly string[]): boolean => areShards(classLayout(paths));

  test('files that are numbered through folders, in any order and with gaps', () => {
    // The layout of FFHQ.
    expect(shards(['00000/00000.png', '00000/00999.png', '01000/01000.png', '01000/01007.png'])).toBe(true);
    // img2dataset's.
    expect(
      shards(['00001/000010002.jpg', '00001/000010000.jpg', '00000/000000004.jpg', '00000/000000000.jpg']),
    ).toBe(true);
  });

  test.each<[string, string[]]>([
    ['classes that start again', ['0/0.png', '0/1.png', '1/0.png', '1/1.png']],
    ['numbers of a set that was shuffled', ['0/1.png', '0/3.png', '1/2.png', '1/4.png']],
    ['names of classes', ['cat/0.png', 'cat/1.png', 'dog/2.png', 'dog/3.png']],
    [
      'names of files',
      ['00000/00000_00000.png', '00000/00000_00001.png', '00001/00001_00000.png', '00001/x.png'],
    ],
    ['an image a folder', ['0/0.png', '1/1.png', '2/2.png']],
  ])('%s are none', (_, paths) => expect(shards(paths)).toBe(false));
});

test('lookAlikes names classes that differ in case, blanks or the form of letters', () => {
  expect(lookAlikes(['Cat', 'cat', 'dog', 'caf\u00e9', 'cafe\u0301', 'a', 'a '])).toEqual([
    expect.stringContaining('"Cat", "cat" differ'),
    expect.stringContaining('"caf\u00e9", "cafe\u0301" differ'),
    expect.stringContaining('"a", "a " differ'),
  ]);
  expect(lookAlikes(['cat', 'dog', '1', '01'])).toEqual([]);
});

describe('oddLabels', () => {
  test('one number in two spellings', () => {
    expect(oddLabels(['0', '0.0', '1'], 90, true)).toBe('one number in two spellings, 0 and 0.0');
    expect(oddLabels(['01', '1'], 90, false)).toMatch('01 and 1');
    expect(oddLabels(['0.0', '1.0', 'x'], 90, false)).toBeNull();
  });

  test('as many labels as images, unless they are meant', () => {
    expect(oddLabels(['a', 'b', 'c'], 4, false)).toMatch(/^3 different labels of 4 images/);
    expect(oddLabels(['a', 'b', 'c'], 4, true)).toBeNull();
    expect(oddLabels(['a', 'b'], 4, false)).toBeNull();
    expect(oddLabels(['a', 'b', 'c'], 3, false)).toBeNull();
  });
});
