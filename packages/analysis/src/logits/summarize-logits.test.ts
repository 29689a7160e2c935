import { logitsPicture, summarizeLogits } from './summarize-logits.js';

const set = (...logits: number[]) => ({
  labels: Int32Array.from(logits, (_, i) => i % 2),
  logits: Float32Array.from(logits),
});

test('shares of pairs and signs, counted by hand', () => {
  const { numbers, details, cautions } = summarizeLogits(
    { training: set(1, 2, 3, -1), heldOut: set(0.5, -2), generated: set(-3, -1, 0, 1.5) },
    ['a', 'b', 'c'],
  );
  expect(numbers).toEqual({
    // Of 16 pairs 12 and a half, for 1, 2 and 3 are above 3, 4 and 4, and -1 above 1 and beside another -1.
    trainingAboveGenerated: 12.5 / 16,
    trainingPositive: 0.75,
    generatedNegative: 0.5,
    heldOutPositive: 0.5,
    heldOutAboveGenerated: 4 / 8,
    trainingAboveHeldOut: 7 / 8,
  });
  expect(details.sets.training).toMatchObject({ count: 4, mean: 1.25, classMeans: [2, 0.5, null] });
  expect(details.sets.generated!.quantiles[2]).toBe(-0.5);
  expect(cautions[0]).toMatch(/learning them by heart/);
});

test('without held-out images it says what it cannot show', () => {
  const { numbers, cautions, details } = summarizeLogits({ training: set(1, 2), generated: set(0, 3) }, [
    'a',
    'b',
  ]);
  expect(Object.keys(numbers)).toEqual(['trainingAboveGenerated', 'trainingPositive', 'generatedNegative']);
  expect(cautions).toHaveLength(1);
  const picture = logitsPicture(details).content as string;
  expect(picture).toContain('training images');
  expect(picture).not.toContain('held-out');
});
