import { modelCard, type CardContent } from './model-card.js';

const content: CardContent = {
  config: {
    name: 'flowers: "a run"',
    generator: { use: 'biggan' },
    imageShape: { height: 32, width: 32, channels: 3 },
    classes: ['rose', 'iris'],
    weights: { precision: 'float16' },
    truncation: null,
    trained: { step: 500, weights: 'ema' },
  },
  data: 'photos',
  batchSize: 8,
  license: null,
  evaluations: [],
  usage: 'usage',
};

test('what nobody measured or licensed is said to be so', () => {
  const card = modelCard(content);
  expect(card).toContain('license: other');
  expect(card).toContain('Nothing was measured at this checkpoint');
  expect(card).toContain('No licence was named');
  expect(card).not.toContain('model-index');
});

test('numbers stand with the conditions that they were measured under', () => {
  const card = modelCard({
    ...content,
    license: 'mit',
    evaluations: [
      {
        subject: { name: 'run', step: 500 },
        numbers: { fid: 12.5, kid: Number.NaN },
        manifest: { measurement: { extractor: 'a|b' }, sampling: { weights: 'ema' } },
      },
    ],
  });
  expect(card).toContain('license: mit');
  expect(card).toContain('  - name: "flowers: \\"a run\\""');
  expect(card).toContain('          - type: fid\n            value: 12.5');
  expect(card).not.toContain('type: kid');
  expect(card).toContain('| kid | not a number |');
  expect(card).toContain('| extractor | a\\|b |');
  expect(card).toContain('| weights | ema |');
});
