import { hostname } from 'node:os';
import { workerArguments } from './worker-arguments.js';
import { workerCommand } from './worker-commands.js';

test("a process is given the command's words but for those of the launcher", () => {
  const argv = [
    'train',
    '--workers',
    '4',
    '--steps',
    '5',
    '--rank=1',
    '--generation',
    '8',
    '--run=x',
    '--json',
    '--set',
    'a=b',
  ];
  expect(workerArguments([...argv, '--serve'])).toEqual(['train', '--steps', '5', '--set', 'a=b']);
});

const options = { program: ['/usr/bin/node', '/app/run.js'], cwd: '/data/my runs', reach: 'ssh -T {host}' };

test('on this machine it is the program itself', () => {
  for (const host of ['localhost', '127.0.0.1', hostname()])
    expect(workerCommand(`${host}:2222`, ['train'], options)).toEqual({
      file: '/usr/bin/node',
      argv: ['/app/run.js', 'train'],
    });
});

test('elsewhere it is one word for the shell over there', () => {
  const { file, argv, kill } = workerCommand('far:2222', ['train', '--set', 'a=two words'], options);
  expect([file, argv[0]]).toEqual(['sh', '-c']);
  expect(argv.slice(2)).toEqual([
    ...['sh', 'ssh', '-T', 'far'],
    `cd '/data/my runs' && GANYMEDE_LAUNCHED=1 exec /usr/bin/node /app/run.js train --set 'a=two words'`,
  ]);
  expect(kill!(77).argv.slice(2)).toEqual(['sh', 'ssh', '-T', 'far', 'kill -KILL 77']);
});
