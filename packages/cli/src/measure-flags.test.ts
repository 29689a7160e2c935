import { resolve } from 'node:path';
import type * as toolkit from '@ganymede/toolkit';
import { measureOptions } from './measure-flags.js';

const defaults = {
  metrics: [{ use: 'fid' }, { use: 'kid', subsets: 10 }],
  extractor: { use: 'inception-v3', resizer: 'pytorch-fid' },
};
const { parseAssignment } = jest.requireActual<typeof toolkit>('@ganymede/toolkit');
const options = (flags: object) => measureOptions({ cache: true, ...flags }, defaults, parseAssignment);

test('without flags: what the run says', () => {
  expect(options({})).toEqual({ ...defaults, cache: true });
});

test('metrics by id keep the run’s options of theirs; --set goes to the metric or the extractor of that id', () => {
  expect(
    options({
      metrics: ['kid', 'precision-recall'],
      set: ['kid.subsetSize=50', 'precision-recall.neighbours=5', 'extractor.quantization=none'],
      resizer: 'clean',
      seed: '7',
    }),
  ).toEqual({
    metrics: [
      { use: 'kid', subsets: 10, subsetSize: 50 },
      { use: 'precision-recall', neighbours: 5 },
    ],
    extractor: { use: 'inception-v3', resizer: 'clean', quantization: 'none' },
    cache: true,
    seed: 7,
  });
});

test('another extractor starts from its own defaults', () => {
  expect(options({ extractor: 'trained-classifier', weights: 'x.safetensors' }).extractor).toEqual({
    use: 'trained-classifier',
    weights: resolve('x.safetensors'),
  });
});

test.each([
  [{ set: ['sfid.products=float64'] }, /--set sfid: expected one of fid, kid, .*, got sfid/],
  [{ set: ['fid=3'] }, /--set fid=3: expected <id>\.<option>=<value>/],
  [{ precision: 'half' }, /--precision: expected auto, float32 or bfloat16, got half/],
])('%j is refused', (flags, message) => {
  expect(() => options(flags)).toThrow(
    expect.objectContaining({ code: 'BAD_ARGUMENTS', message: expect.stringMatching(message) }),
  );
});
