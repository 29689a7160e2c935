import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { componentContract, reporterContract } from '@ganymede/testing';
import { csv, CsvReporter, scalarsOf } from './index.js';

const folder = mkdtempSync(join(tmpdir(), 'ganymede-csv-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let made = 0;
const freshPath = (): string => join(folder, `deep/${made++}.csv`);

componentContract(csv);
reporterContract({ name: 'csv', create: () => new CsvReporter(freshPath()) });

test('numbers of an event by path, at any depth', () => {
  expect(
    scalarsOf({ step: 3, loss: 1, text: 'no', nothing: null, a: { b: [2, { c: Number.NaN }] } }),
  ).toEqual([
    ['loss', 1],
    ['a/b/0', 2],
    ['a/b/1/c', Number.NaN],
  ]);
});

test('a row a number, quoted where it must be, NaN and infinities as pandas reads them', async () => {
  const path = freshPath();
  const reporter = new CsvReporter(path);
  reporter.report({ step: 1, 'D.loss': 0.5, 'a,"b"': Number.NaN, up: Infinity, down: -Infinity });
  reporter.report({ step: 2, note: 'no numbers' });
  await reporter.close();
  expect(readFileSync(path, 'utf8')).toBe(
    'step,name,value\n1,D.loss,0.5\n1,"a,""b""",nan\n1,up,inf\n1,down,-inf\n',
  );
});

test('a run that goes back loses the rows that are done again, also in another process', async () => {
  const path = freshPath();
  const reporter = new CsvReporter(path);
  for (const step of [1, 2, 3, 2]) reporter.report({ step, loss: step });
  await reporter.close();
  const rows = (): string[] => readFileSync(path, 'utf8').trimEnd().split('\n').slice(1);
  expect(rows()).toEqual(['1,loss,1', '2,loss,2', '2,loss,2']);
  const resumed = new CsvReporter(path);
  resumed.report({ step: 1, loss: 10 });
  resumed.report({ step: 1, other: 11 });
  await resumed.close();
  expect(rows()).toEqual(['1,loss,1', '1,loss,10', '1,other,11']);
});

test('a relative path needs a run folder', () => {
  const context = { runFolder: null, now: () => 0 };
  expect(() => csv.create({ path: 'x.csv' }, context)).toThrow(
    expect.objectContaining({
      code: 'NO_RUN_FOLDER',
      message: 'reporter csv: expected a run folder or an absolute path, got neither',
    }),
  );
  expect(csv.create({ path: join(folder, 'x.csv') }, context)).toBeInstanceOf(CsvReporter);
});
