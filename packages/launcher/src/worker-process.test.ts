import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { workerCommand } from './worker-commands.js';
import { WorkerProcess } from './worker-process.js';

const root = mkdtempSync(join(tmpdir(), 'ganymede-worker-process-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** In a session of its own, as ssh's other end is; what is started here only waits for it. */
const reach = 'setsid --wait sh -c';

/** The command of a program that is reached as one of another machine is. */
function elsewhere(name: string, body: string) {
  const script = join(root, `${name}.cjs`);
  writeFileSync(script, body);
  return workerCommand('far:2222', [], { program: [process.execPath, script], cwd: root, reach });
}

const clock = { now: () => 0, monotonic: () => performance.now() };

const isThere = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

test('Ctrl-C in the terminal does not end what reaches another machine', async () => {
  const { file, argv } = elsewhere(
    'asked',
    `process.stdin.on('data', (text) => { process.stdout.write('heard ' + text); process.exit(0); });
     process.stdout.write('up\\n');`,
  );
  const child = spawn(file, [...argv], { detached: true });
  let said = '';
  child.stdout.on('data', (text) => (said += String(text)));
  await new Promise((resolve) => child.stdout.once('data', resolve));
  process.kill(-child.pid!, 'SIGINT');
  await new Promise((resolve) => setTimeout(resolve, 200));
  child.stdin.write('stop\n');
  const code = await new Promise((resolve) => child.once('close', resolve));
  expect([code, said]).toEqual([0, 'up\nheard stop\n']);
});

test('a halted process of another machine is ended there', async () => {
  const command = elsewhere(
    'halted',
    `process.stdout.write(JSON.stringify({ kind: 'alive', pid: process.pid }) + '\\n');
     process.stdout.write(JSON.stringify({ kind: 'note', text: String(process.pid) }) + '\\n');
     process.kill(process.pid, 'SIGSTOP');`,
  );
  const halted = new Promise<number>((resolve) => {
    const one = new WorkerProcess({
      rank: 1,
      command,
      clock,
      onEvent: (event) => {
        if (event.kind === 'note') void one.kill().then(() => resolve(Number(event.text)));
      },
    });
  });
  const pid = await halted;
  expect(pid).toBeGreaterThan(1);
  expect(isThere(pid)).toBe(false);
});

test('the code of ssh for a process that was killed, or whose connection is gone, is no code of the program', async () => {
  const command = elsewhere('lost', 'process.exit(255);');
  const one = new WorkerProcess({ rank: 1, command, clock, onEvent: () => undefined });
  await one.exit;
  expect(one.endedBy).toBe('a kill or the loss of its connection (code 255)');
});
