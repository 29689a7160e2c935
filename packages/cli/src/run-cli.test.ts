import { runHere } from './testing/run-here.js';

describe('help', () => {
  test('lists the commands', async () => {
    const { code, stdout } = await runHere('--help');
    expect(code).toBe(0);
    for (const command of ['train', 'resume', 'sample', 'doctor', 'components', 'backend', 'config'])
      expect(stdout).toMatch(new RegExp(`^ {2}${command} `, 'm'));
  });

  test('of a command names its flags', async () => {
    const { code, stdout } = await runHere('train', '--help');
    expect(code).toBe(0);
    expect(stdout).toContain('--batch-size=<n>');
  });

  test('--version', async () => {
    const { code, stdout } = await runHere('--version');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^@ganymede\/cli\/\d+\.\d+\.\d+ /);
  });
});

describe('a command line that is wrong ends with 2 and says what was probably meant', () => {
  test.each([
    [['trian'], 'UNKNOWN_COMMAND', 'Did you mean ganymede train?'],
    [['backend', 'lst'], 'UNKNOWN_COMMAND', 'Did you mean ganymede backend list?'],
    [['train', '--stpes', '3'], 'UNKNOWN_FLAG', 'Did you mean --steps?'],
    [['sample'], 'BAD_ARGUMENTS', 'before any training type: ganymede sample --demo'],
    [['doctor', 'me'], 'BAD_ARGUMENTS', 'See: ganymede doctor --help'],
    [['sample', '--demo', '--sampler', 'drs'], 'BAD_ARGUMENTS', 'See: ganymede sample --help'],
    [['sample', 'x', '--mix', 'a,b:1', '--sampler', 'drs'], 'BAD_ARGUMENTS', 'See: ganymede sample --help'],
    [['sample', 'x', '--statistics', 'none'], 'BAD_ARGUMENTS', 'See: ganymede sample --help'],
    [['sample', 'x', '--count', '3', '--per-class', '2'], 'BAD_ARGUMENTS', 'See: ganymede sample --help'],
    [['sample', 'x', '--seed', 'abc'], 'BAD_ARGUMENTS', '--seed: expected a number, got abc'],
    [['sample', 'x', '--truncation', '0.5'], 'BAD_ARGUMENTS', 'resample is the paper'],
    [['backend', 'install', 'torch'], 'BAD_ARGUMENTS', 'xla-cpu, got torch'],
    [['train', '--steps', '1', '--steps', '2'], 'BAD_ARGUMENTS', 'Flag --steps can only be specified once'],
    [['serve', '--port', '99999'], 'BAD_ARGUMENTS', '--port: expected an integer from 0 to 65535, got 99999'],
    [['train', '--resume'], 'BAD_ARGUMENTS', 'expected --name or --run with it'],
    [['train', '--preset', 'quick'], 'UNKNOWN_PRESET', 'Did you mean quickstart?'],
    [['train', '--preset', 'quickstart', '--steps', 'many'], 'BAD_OPTION', 'got "many" (--steps many)'],
    [['train', '--preset', 'quickstart', '--set', 'steps'], 'BAD_OPTION', 'expected key=value'],
    [['components', 'los'], 'UNKNOWN_SLOT', 'Did you mean loss?'],
  ])('%j', async (argv, code, advice) => {
    const result = await runHere(...argv);
    expect(result.stdout).toBe('');
    expect(result.stderr).toContain(`error ${code}: `);
    expect(result.stderr).toContain(advice);
    expect(result.stderr).not.toMatch(/\n {4}at /);
    expect(result.code).toBe(2);
  });
});

test('what is missing ends with 3', async () => {
  const { code, stderr } = await runHere('resume', 'no-such-run');
  expect([code, stderr]).toEqual([
    3,
    expect.stringContaining('error RUN_NOT_FOUND: no-such-run: expected a run folder'),
  ]);
});

test('--json makes errors one JSON object on stdout', async () => {
  const { code, stdout, stderr } = await runHere(
    'train',
    '--json',
    '--preset',
    'quickstart',
    '--set',
    'stepz=3',
  );
  expect(stderr).toBe('');
  expect(JSON.parse(stdout)).toEqual({
    error: {
      kind: 'usage',
      code: 'BAD_OPTION',
      message: expect.stringMatching(/^stepz: expected an option of /),
      hint: 'Did you mean steps?',
    },
  });
  expect(code).toBe(2);
});
