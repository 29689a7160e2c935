import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PlaygroundProcess } from './playground-process.js';

let folder: string;
let made: PlaygroundProcess[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ganymede-playground-'));
  made = [];
});
afterEach(() => {
  for (const one of made) one.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Programs that are asked: `run` of a question says what to do. */
const code = `
  const { appendFileSync } = require('node:fs');
  appendFileSync(process.argv[1] + '.starts', process.pid + '\\n');
  process.on('disconnect', () => process.exit());
  process.on('message', ({ run }) => {
    if (run === 'crash') { console.error('no memory left'); return process.kill(process.pid, 'SIGKILL'); }
    if (run === 'refuse') return process.send({ error: { code: 'NO_CHECKPOINT', kind: 'missing', message: 'none', hint: 'train' } });
    if (run === 'never') return;
    setTimeout(() => process.send({ value: [run, new Uint8Array([1, 2])] }), 100);
  });`;

function drawing(options: { idleMilliseconds?: number; mostMilliseconds?: number } = {}) {
  const program = join(folder, 'program.js');
  writeFileSync(program, code);
  const one = new PlaygroundProcess({ program, ...options });
  made.push(one);
  const { signal } = new AbortController();
  const ask = (client: string, run: string, until: AbortSignal = signal): Promise<unknown> =>
    one.ask(client, { kind: 'lengths', run }, until);
  const starts = (): number[] =>
    existsSync(`${program}.starts`)
      ? readFileSync(`${program}.starts`, 'utf8').trim().split('\n').map(Number)
      : [];
  return { one, ask, starts };
}

/** What such a program answers. */
const answered = (run: string): unknown => [run, new Uint8Array([1, 2])];

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
};
async function until(holds: () => boolean): Promise<void> {
  for (let i = 0; i < 200 && !holds(); i++) await new Promise((resolve) => setTimeout(resolve, 50));
  expect(holds()).toBe(true);
}

test('starts with the first question, and answers one at a time, in the order of the pages', async () => {
  const { ask, starts } = drawing();
  expect(starts()).toEqual([]);
  const order: string[] = [];
  const all = ['a', 'b', 'c'].map((page) =>
    ask(page, page).then((answer) => {
      order.push(page);
      return answer;
    }),
  );
  expect(await Promise.all(all)).toEqual(['a', 'b', 'c'].map(answered));
  expect(order).toEqual(['a', 'b', 'c']);
  expect(starts()).toHaveLength(1);
});

test('of what a page has waiting only the newest is done; other pages keep their turn', async () => {
  const { ask } = drawing();
  const first = ask('a', '1');
  const stale = ask('a', '2');
  const other = ask('b', 'of b');
  const newest = ask('a', '3');
  await expect(stale).rejects.toMatchObject({ code: 'PLAYGROUND_SUPERSEDED' });
  expect(await Promise.all([first, other, newest])).toEqual(['1', 'of b', '3'].map(answered));
});

test('a page that is gone waits no more', async () => {
  const { ask } = drawing();
  const gone = new AbortController();
  const first = ask('a', '1');
  const waiting = ask('b', '2', gone.signal);
  gone.abort();
  await expect(waiting).rejects.toMatchObject({ code: 'PLAYGROUND_SUPERSEDED' });
  await first;
});

test('more pages than can wait are told', async () => {
  const { ask } = drawing();
  const all = Array.from({ length: 10 }, (_, i) => ask(`page ${i}`, 'a'));
  await expect(all[9]).rejects.toMatchObject({ code: 'PLAYGROUND_BUSY' });
  expect(await Promise.all(all.slice(0, 9))).toHaveLength(9);
});

test('what the process refuses is told as it was said', async () => {
  const { ask, starts } = drawing();
  await expect(ask('a', 'refuse')).rejects.toMatchObject({
    ...{ name: 'GanymedeError', code: 'NO_CHECKPOINT', kind: 'missing', message: 'none', hint: 'train' },
  });
  expect(await ask('a', 'b')).toEqual(answered('b'));
  expect(starts()).toHaveLength(1);
});

test('a crash is told with the last words, and the next question starts another process', async () => {
  const { ask, starts } = drawing();
  const crash = ask('a', 'crash');
  const waiting = ask('b', 'b');
  await expect(crash).rejects.toMatchObject({
    code: 'PLAYGROUND_ENDED',
    message: expect.stringMatching(/SIGKILL: no memory left/),
  });
  expect(await waiting).toEqual(answered('b'));
  expect(starts()).toHaveLength(2);
});

test('an answer that does not come ends the process', async () => {
  const { ask, starts } = drawing({ mostMilliseconds: 1500 });
  await expect(ask('a', 'never')).rejects.toMatchObject({ code: 'PLAYGROUND_TOO_SLOW' });
  expect(await ask('a', 'b')).toEqual(answered('b'));
  const [first] = starts();
  await until(() => !isAlive(first!));
});

test('ends when it is idle, and begins again; closing ends it at once', async () => {
  const { one, ask, starts } = drawing({ idleMilliseconds: 200 });
  await ask('a', '1');
  await until(() => !isAlive(starts()[0]!));
  await ask('a', '2');
  expect(starts()).toHaveLength(2);
  const running = ask('a', 'never');
  const waiting = ask('b', '3');
  one.close();
  await expect(running).rejects.toMatchObject({ code: 'PLAYGROUND_ENDED' });
  await expect(waiting).rejects.toMatchObject({ code: 'PLAYGROUND_SUPERSEDED' });
  await until(() => !isAlive(starts()[1]!));
  await expect(ask('a', '4')).rejects.toMatchObject({ code: 'PLAYGROUND_BUSY' });
});

test('a program that is not there is told', async () => {
  const one = new PlaygroundProcess({ program: join(folder, 'none.js') });
  made.push(one);
  await expect(
    one.ask('a', { kind: 'lengths', run: 'r' }, new AbortController().signal),
  ).rejects.toMatchObject({ code: 'PLAYGROUND_ENDED', message: expect.stringContaining('code 1') });
});
