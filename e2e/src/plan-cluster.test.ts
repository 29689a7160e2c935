import { availableBackends } from './backends.js';
import { ganymede } from './workplace.js';

jest.setTimeout(300_000);

const describeWhere = availableBackends().includes('tensorflow') ? describe : describe.skip;

const plan = (backend: string): string[] => [
  'plan',
  '--config',
  'tiny.yaml',
  '--backend',
  backend,
  '--threads',
  '1',
];

describeWhere('a plan for several hosts', () => {
  test('measures a step, and the exchange between two processes that it starts', async () => {
    const { code, stdout, stderr } = await ganymede([...plan('tensorflow'), '--workers', '1,2', '--json']);
    expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
    const { inputs, rows, exchangedBetween } = JSON.parse(stdout) as {
      readonly inputs: Record<string, { readonly value: number; readonly source: string }>;
      readonly rows: readonly Record<string, number>[];
      readonly exchangedBetween: string;
    };
    expect(exchangedBetween).toBe('2 processes of this machine');
    for (const name of ['step', 'latencySeconds', 'gapSeconds', 'bandwidth', 'jitter', 'memory'])
      expect(inputs[name]).toMatchObject({ source: 'measured' });
    // A message between processes takes longer than a microsecond and less than a second, on any machine.
    expect(inputs['latencySeconds']!.value).toBeGreaterThan(1e-6);
    expect(inputs['latencySeconds']!.value).toBeLessThan(1);
    expect(inputs['bandwidth']!.value).toBeGreaterThan(1e6);
    expect(rows[1]!['exchangeSeconds']).toBeGreaterThan(0);
  });

  test('names what keeps the processes from meeting', async () => {
    const { code, stderr } = await ganymede([...plan('wasm'), '--workers', '1,2']);
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/error WORKERS_UNSUPPORTED: rank \d: backend wasm: /),
    ]);
  });
});
