import { readText, trackedFiles } from './repository.js';

/** What would tie the tree to one machine. Written so that this file does not match itself. */
const machinePaths = [
  /(?<![\w.])\/(?:work|root|home\/\w+|Users\/\w+)\/[\w.]/,
  /(?<![\w.])\/tmp\/(?:bash|ganymede-|work)/,
  /\b[A-Z]:\\Users\\/,
];
const binary = /\.(png|jpe?g|webp|gif|npz|npy|safetensors|bin|wasm|tar|ico)$/;

const texts = trackedFiles().filter((file) => !binary.test(file));

test('there are files to check', () => {
  expect(texts.length).toBeGreaterThan(50);
});

test('no file names a path of one machine', () => {
  const found = texts.flatMap((file) =>
    readText(file)
      .split('\n')
      .filter((line) => machinePaths.some((path) => path.test(line)))
      .map((line) => `${file}: ${line.trim()}`),
  );
  expect(found).toEqual([]);
});

test('no built or downloaded file is kept', () => {
  expect(trackedFiles().filter((file) => /(^|\/)(dist|node_modules|\.nx)\/|^runs\//.test(file))).toEqual([]);
});
