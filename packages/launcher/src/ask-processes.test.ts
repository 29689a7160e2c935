import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { askProcesses } from './ask-processes.js';

jest.setTimeout(60_000);

const root = mkdtempSync(join(tmpdir(), 'ganymede-ask-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let made = 0;

/** What processes answer that are given their rank and all addresses. */
function asked(body: string, seconds?: number): Promise<unknown> {
  const path = join(root, `program${made++}.cjs`);
  const fail = `const fail = (code, message) => {
    console.log(JSON.stringify({ error: { code, kind: 'usage', message, hint: 'Mend it.' } }, null, 2));
    process.exit(1);
  };`;
  writeFileSync(path, `const [rank, addresses] = process.argv.slice(2);\n${fail}\n${body}`);
  return askProcesses({
    program: [process.execPath, path],
    count: 2,
    addresses: null,
    cwd: root,
    reach: 'false',
    argumentsOf: ({ addresses, rank }) => [String(rank), addresses.join(',')],
    ...(seconds !== undefined && { seconds }),
  });
}

test('what rank 0 prints is the answer; each was told all addresses', async () => {
  const answer = await asked('console.log(JSON.stringify({ rank, addresses }, null, 2));');
  expect(answer).toEqual({
    rank: '0',
    addresses: expect.stringMatching(/^127\.0\.0\.1:\d+,127\.0\.0\.1:\d+$/),
  });
});

test('an error of one ends all, and is thrown with its code; that another is gone is no cause', async () => {
  await expect(
    asked("if (rank === '1') fail('BAD_CONFIG', 'x'); setInterval(() => {}, 1000);"),
  ).rejects.toMatchObject({
    code: 'BAD_CONFIG',
    kind: 'usage',
    message: 'rank 1: x',
    hint: 'Mend it.',
  });
  await expect(
    asked("fail(rank === '0' ? 'TENSORFLOW_ERROR' : 'BAD_CONFIG', 'of ' + rank);"),
  ).rejects.toMatchObject({ code: 'BAD_CONFIG', message: 'rank 1: of 1' });
});

test('one that says nothing ends with the time, or with what the system says of it', async () => {
  await expect(asked('setInterval(() => {}, 1000);', 0.3)).rejects.toMatchObject({
    code: 'NO_ANSWER',
    message: 'rank 0: expected an answer within 0.3 s, got none',
  });
  await expect(
    asked("process.stderr.write('first\\nout of room\\n'); process.exit(3);"),
  ).rejects.toMatchObject({
    message: expect.stringContaining('got out of room'),
  });
});
