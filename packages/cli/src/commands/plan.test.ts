import { ownFolder } from '../testing/own-folder.js';
import { runHere } from '../testing/run-here.js';

jest.setTimeout(300_000);

ownFolder('plan');

const large = [
  ...['plan', '--preset', 'biggan-128', '--classes', '1000', '--step', '1.9s@256', '--step', '0.3s@16'],
  ...['--bandwidth', '10Gbit', '--latency', '50us'],
];

test('a cluster is planned from what is given: two tables, and where each number comes from', async () => {
  const failing = ['--mtbf', '1000h', '--restart', '2min', '--write-rate', '500MB', '--price', '1.2'];
  const { code, stdout } = await runHere(...large, ...failing, '--jitter', '0.05', '--workers', '1,3,8,512');
  expect(code).toBe(0);
  expect(stdout).toMatch(/^networks {16}G 70\.43 M, D 87\.98 M; .* \(computed\)$/m);
  expect(stdout).toMatch(/^step of one process {5}300 ms at 16 images, 1\.9 s at 256 images \(given\)$/m);
  expect(stdout).toMatch(/^network {17}1\.25 GB\/s, 50 us a message, 50 us one more beside it \(given\)$/m);
  expect(stdout).toMatch(/^jitter of a process {5}5\.0 % \(given\)$/m);
  expect(stdout).toMatch(/^workers +each +step +images\/s +efficiency .* run +cost$/m);
  expect(stdout).toMatch(/^ +1 +256 x 8 +15\.\d+ s .* 100\.0 % /m);
  expect(stdout).toMatch(/^ +8 +256 +\d/m);
  expect(stdout).toMatch(/^ +512 +4 +\d/m);
  expect(stdout).toMatch(/^3 workers: a batch of 2048 has no 3 equal parts, 2046 and 2049 have$/m);
  expect(stdout).toMatch(
    /^workers +a failure every .* best checkpoint every +goodput +by Young +goodput every 1000 /m,
  );
  expect(stdout).toMatch(/^ +512 +1 h 57 min /m);
});

test('--json has the same numbers with their sources', async () => {
  const { stdout } = await runHere(...large, '--workers', '1..4', '--json');
  expect(JSON.parse(stdout)).toMatchObject({
    here: null,
    exchangedBetween: null,
    parameters: { generator: 70_433_988, discriminator: 87_982_370 },
    inputs: {
      bandwidth: { value: 1.25e9, source: 'given' },
      imageBytes: { value: 49_152, source: 'computed' },
      jitter: null,
    },
    rows: [
      { workers: 1, efficiency: 1, exchangeSeconds: 0, survival: null },
      { workers: 2, imagesEach: 256, accumulation: 4 },
      { workers: 4, imagesEach: 256, accumulation: 2 },
    ],
  });
});

test.each([
  [['plan', '--step', '1s@4'], 'BAD_ARGUMENTS', '--step: expected --workers with it'],
  [['plan', '--workers', '2', '--bandwidth', '1Gbit', '--between', '2'], 'BAD_ARGUMENTS', '--between: '],
  [['plan', '--workers', '2', '--between', '1'], 'BAD_ARGUMENTS', '--between: '],
  [['plan', '--workers', '2', '--between', 'a:1,b'], 'BAD_ARGUMENTS', '--between: '],
  [['plan', '--rank', '0'], 'BAD_ARGUMENTS', '--rank: expected addresses in --between with it'],
  [
    ['plan', '--rank', '2', '--between', 'a:1,b:2'],
    'BAD_ARGUMENTS',
    '--rank: expected an integer from 0 to 1',
  ],
  [[...large, '--workers', '0'], 'BAD_CLUSTER_INPUT', '--workers: '],
  [['plan', '--workers', '2', '--bandwidth', '1Gbit', '--latency', '50'], 'BAD_QUANTITY', '--latency: '],
  [
    [...large, '--workers', '2', '--gap', '1s'],
    'BAD_CLUSTER_INPUT',
    'gapSeconds: expected at most the latency',
  ],
  [[...large, '--workers', '2', '--jitter', '-1'], 'BAD_CLUSTER_INPUT', 'jitter: '],
  [
    [...large, '--workers', '2', '--step', '2s@16'],
    'BAD_CLUSTER_INPUT',
    'step: expected one value at 16 images',
  ],
  [['plan', '--workers', '2', '--latency', '50us'], 'CLUSTER_INPUT_MISSING', 'bandwidth: '],
  [[...large, '--workers', '2', '--mtbf', '10h'], 'CLUSTER_INPUT_MISSING', 'checkpoint: '],
  [[...large, '--workers', '2', '--price', 'a lot'], 'BAD_QUANTITY', '--price: expected a number'],
])('%j is refused', async (argv, code, message) => {
  const refused = await runHere(...argv);
  expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining(`error ${code}: ${message}`)]);
});
