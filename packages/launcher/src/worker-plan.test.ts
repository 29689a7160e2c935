import { workerPlan } from './worker-plan.js';

const one = (workers: string, rank?: string): ReturnType<typeof workerPlan> =>
  workerPlan({ workers, rank }, {});

test('without flags a process trains alone, and with one worker', () => {
  expect(workerPlan({}, {})).toEqual({ kind: 'alone' });
  expect(one('1')).toEqual({ kind: 'alone' });
});

test('a number starts so many here, addresses one at each', () => {
  expect(one('4')).toEqual({ kind: 'launch', count: 4, addresses: null });
  const addresses = ['a:1', 'b:2'];
  expect(one('a:1, b:2')).toEqual({ kind: 'launch', count: 2, addresses });
  expect(one('a:1,b:2', '1')).toEqual({ kind: 'one', workers: { addresses, rank: 1 } });
});

test('a process that is started by itself may say which start it is of', () => {
  expect(workerPlan({ workers: 'a:1,b:2', rank: '1', generation: '3' }, {})).toEqual({
    kind: 'one',
    workers: { addresses: ['a:1', 'b:2'], rank: 1, generation: 3 },
  });
});

test("TensorFlow's variable says the same, where no flag does", () => {
  const config = { cluster: { worker: ['a:1', 'b:2'] }, task: { type: 'worker', index: 1 } };
  const env = { TF_CONFIG: JSON.stringify(config) };
  expect(workerPlan({}, env)).toEqual({ kind: 'one', workers: { addresses: ['a:1', 'b:2'], rank: 1 } });
  expect(workerPlan({ workers: '2' }, env)).toMatchObject({ kind: 'launch' });
});

test.each([
  [{ rank: '0' }, /--workers beside --rank/],
  [{ workers: '0' }, /1 or more, got 0/],
  [{ workers: '2', rank: '0' }, /an address for each/],
  [{ workers: 'a:1,b' }, /addresses such as host:2222, got b/],
  [{ workers: 'a:1,' }, /got nothing/],
  [{ workers: 'a:1,a:1' }, /got a:1 twice/],
  [{ workers: 'a:1,b:1', rank: '2' }, /--rank from 0 to 1, got 2/],
  [{ workers: 'a:1,b:1', rank: '-1' }, /got -1/],
  [
    { workers: 'a:1,b:1', rank: '0', generation: 'x' },
    /a whole number beside --rank for --generation, got x/,
  ],
  [{ workers: '2', generation: '1' }, /beside --rank for --generation, got 1/],
])('%j is refused', (flags, message) => {
  expect(() => workerPlan(flags, {})).toThrow(
    expect.objectContaining({ code: 'BAD_ARGUMENTS', message: expect.stringMatching(message) }),
  );
});

test.each(['{', '{}', '{"cluster":{"worker":["a:1"]},"task":{"type":"ps","index":0}}'])(
  'TF_CONFIG %s is refused',
  (text) => {
    expect(() => workerPlan({}, { TF_CONFIG: text })).toThrow(
      expect.objectContaining({ code: 'BAD_ARGUMENTS' }),
    );
  },
);
