import { matchReference } from './match-reference.js';

const run = { count: 3, names: ['apple', 'banana', 'cherry'] };
const labelled = [{ needs: ['labels'] as const }];
const unlabelled = [{ needs: [] as const }];
const match = (
  referenceClasses: string[],
  metrics: readonly { needs: readonly 'labels'[] }[] = unlabelled,
  classes: typeof run | { count: number; names: null } = run,
) => matchReference({ classes, reference: 'photos', referenceClasses, metrics });

const counts = (labels: Int32Array): number[] => {
  const result: number[] = [];
  for (const label of labels) result[label] = (result[label] ?? 0) + 1;
  return Array.from(result, (count) => count ?? 0);
};

test('the same classes in another order: each image is generated of the class that it is compared with', () => {
  const { note, labelsFor } = match(['cherry', 'apple', 'banana'], labelled);
  const { ofReference, ofGenerator } = labelsFor(Int32Array.of(0, 0, 1, 2), 8, 0);
  expect(note).toBeNull();
  expect(counts(ofReference)).toEqual([4, 2, 2]);
  expect([...ofGenerator]).toEqual(Array.from(ofReference, (label) => [2, 0, 1][label]));
});

test('some of the classes: images of those alone, which is said', () => {
  const { note, labelsFor } = match(['banana', 'cherry'], labelled);
  expect(note).toBe(
    "the reference has 2 of the run's 3 classes, without apple: images of those alone are generated",
  );
  expect(counts(labelsFor(Int32Array.of(0, 1), 4, 0).ofGenerator)).toEqual([0, 2, 2]);
});

test('classes that the run does not make are refused by name', () => {
  expect(() => match(['banana', 'cherry', 'zebra'])).toThrow(
    expect.objectContaining({
      code: 'CLASSES_DIFFER',
      kind: 'data',
      message:
        'photos: expected the 3 classes of the run, got 3 without apple and with zebra, which it does not have',
    }),
  );
});

test('a reference without classes is compared with all classes alike, but not class by class', () => {
  const { note, labelsFor } = match(['photos']);
  expect(note).toContain('the reference has no classes');
  const { ofReference, ofGenerator } = labelsFor(new Int32Array(9), 6, 0);
  expect([counts(ofReference), counts(ofGenerator)]).toEqual([[6], [2, 2, 2]]);
  expect(() => match(['photos'], labelled)).toThrow(expect.objectContaining({ code: 'CLASSES_DIFFER' }));
  // One that is called like a class of the run is that class.
  expect(counts(match(['banana']).labelsFor(new Int32Array(9), 6, 0).ofGenerator)).toEqual([0, 6]);
});

test('a run of one class is compared with the whole reference, but not class by class', () => {
  const one = { count: 1, names: ['all'] } as unknown as typeof run;
  const { ofGenerator } = match(['a', 'b'], unlabelled, one).labelsFor(Int32Array.of(0, 1), 4, 0);
  expect([...ofGenerator]).toEqual([0, 0, 0, 0]);
  expect(() => match(['a', 'b'], labelled, one)).toThrow(expect.objectContaining({ code: 'CLASSES_DIFFER' }));
});

test('weights without names: as many classes in order, which is said; any other number is refused', () => {
  const anonymous = { count: 3, names: null };
  expect(match(['x', 'y', 'z'], labelled, anonymous).note).toContain("taken to be the reference's, in order");
  expect(() => match(['x', 'y'], labelled, anonymous)).toThrow(
    expect.objectContaining({ code: 'CLASSES_DIFFER' }),
  );
});
