import { isSplitName } from './split-names.js';

describe('isSplitName', () => {
  test.each([
    ...['train', 'Test', 'VAL', 'valid', 'validation', 'dev', 'eval', 'holdout', 'hold-out', 'held_out'],
    ...[
      'training_set',
      'test_set',
      'train2017',
      'val2014',
      'images_train',
      'train_images',
      'imagesTr',
      'labelsTs',
    ],
    ...['trainA', 'testB', 'TestSet', 'train-256', 'train_HR', 'trainval', 'test_1', 'set_train'],
  ])('%s is a split', (name) => {
    expect(isSplitName(name)).toBe(true);
  });

  test.each([
    ...[
      'cat',
      'train station',
      'test tube',
      'bullet train',
      'trainer',
      'tr',
      'a',
      'images',
      'set',
      'ts',
      '2017',
    ],
    ...['valley', 'developer', 'Te', 'n02123045', '', 'evaluation board'],
  ])('%s is a class', (name) => {
    expect(isSplitName(name)).toBe(false);
  });
});
