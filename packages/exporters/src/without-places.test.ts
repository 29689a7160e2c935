import { withoutPlaces } from './without-places.js';

test('absolute paths lose their folders, whatever they lie in; the rest stays', () => {
  expect(
    withoutPlaces({
      data: { use: 'auto', path: '/data/secret client/photos', split: 'train' },
      plugins: ['/opt/own/plugin.js', '@you/plugin', 'C:\\work\\own.js'],
      steps: 3,
      ema: null,
      flip: true,
    }),
  ).toEqual({
    data: { use: 'auto', path: 'photos', split: 'train' },
    plugins: ['plugin.js', '@you/plugin', 'own.js'],
    steps: 3,
    ema: null,
    flip: true,
  });
});
