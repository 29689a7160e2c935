import { readText, trackedFiles } from './repository.js';

const sources = trackedFiles().filter(
  (file) => /^(packages|plugins)\/[^/]+\/src\/.*\.ts$/.test(file) && !/\.test\.ts$|\/testing\//.test(file),
);

/** Source files in which something stands. */
const filesWith = (pattern: RegExp): readonly string[] =>
  sources.filter((file) => pattern.test(readText(file)));

// Each of these was once done in several places, which drifted: hints, caches and cautions that one had and another not.
test.each([
  {
    what: 'a data set is opened',
    pattern: /resolve\(\s*'dataset',[^;]*?\.open\(/,
    only: ['packages/runs/src/data/open-dataset.ts'],
  },
  {
    what: 'a feature extractor is opened',
    pattern: /resolve\(\s*'featureExtractor'/,
    only: ['packages/evaluation/src/open-extractor.ts'],
  },
  {
    what: 'features are read',
    pattern: /new FeatureReader\(/,
    only: ['packages/evaluation/src/feature-reader.ts'],
  },
  {
    what: 'the cache of references is opened',
    pattern: /new ReferenceCache\(/,
    only: ['packages/evaluation/src/reference.ts'],
  },
  {
    what: 'a manifest gets its environment, and so an evaluation is made',
    pattern: /environment: describeVersions\(/,
    // What an analysis found is no evaluation.
    only: ['packages/analysis/src/with-generator.ts', 'packages/evaluation/src/assemble-evaluation.ts'],
  },
])('$what in one place', ({ pattern, only }) => {
  expect(filesWith(pattern)).toEqual(only);
});
