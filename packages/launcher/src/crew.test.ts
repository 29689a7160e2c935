import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GanymedeError } from '@ganymede/core';
import { Crew } from './crew.js';

jest.setTimeout(60_000);

const root = mkdtempSync(join(tmpdir(), 'ganymede-crew-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let made = 0;

/** A helper that is given `<rank>`, and says what a command would. */
function crewOf(body: string, count = 3): Promise<Crew> {
  const path = join(root, `helper${made++}.cjs`);
  writeFileSync(
    path,
    `const rank = process.argv[2];
     const fail = (code) => {
       process.stdout.write(JSON.stringify({ error: { code, kind: 'data', message: 'of ' + rank, hint: 'mend it' } }) + '\\n');
       process.exit(3);
     };
     const live = () => setInterval(() => process.stdout.write('{"kind":"alive","pid":1}\\n'), 100);
     ${body}`,
  );
  return Crew.start({
    program: [process.execPath, path],
    count,
    addresses: null,
    cwd: root,
    reach: 'false',
    argumentsOf: ({ rank }) => [String(rank)],
    clock: { now: () => 5000, monotonic: () => performance.now() },
  });
}

const never = (): Promise<never> => new Promise(() => undefined);
const gone = (): Promise<never> =>
  new Promise((_, reject) => {
    setTimeout(() => reject(new GanymedeError('WORKER_GONE', 'closed', { kind: 'failed' })), 100);
  });

test('it leads as rank 0 and has what its own work gives', async () => {
  const crew = await crewOf('process.exit(0);');
  expect(crew.workers).toMatchObject({ rank: 0, generation: 5 });
  expect(new Set(crew.workers.addresses).size).toBe(3);
  expect(await crew.during(() => Promise.resolve('numbers'))).toBe('numbers');
});

test('helpers that do not end are ended', async () => {
  const crew = await crewOf('live();');
  const begun = performance.now();
  expect(await crew.during(() => Promise.resolve(1))).toBe(1);
  expect(performance.now() - begun).toBeLessThan(15_000);
});

test.each([
  ['while it waits for ever', never],
  ['where it sees a closed connection first', gone],
])('what a helper failed with is the failure, %s', async (_, work) => {
  const crew = await crewOf("if (rank === '2') setTimeout(() => fail('DATA_DAMAGED'), 300); else live();");
  await expect(crew.during(work)).rejects.toMatchObject({
    code: 'DATA_DAMAGED',
    kind: 'data',
    message: 'rank 2: of 2',
    hint: 'mend it',
  });
});

test('a helper that dies is named, with its last words', async () => {
  const crew = await crewOf(
    "process.stderr.write('out of memory\\n'); setTimeout(() => process.kill(process.pid, 'SIGKILL'), 300);",
    2,
  );
  await expect(crew.during(never)).rejects.toMatchObject({
    code: 'WORKER_LOST',
    message: 'workers: expected rank 1 to do its share, got its end by SIGKILL: out of memory',
  });
});

test("a helper's failure that another one caused is not the cause", async () => {
  const crew = await crewOf("setTimeout(() => fail('WORKER_GONE'), 50);", 2);
  await expect(crew.during(() => Promise.reject(new Error('of the leader')))).rejects.toThrow(
    'of the leader',
  );
});
