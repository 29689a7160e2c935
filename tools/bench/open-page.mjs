// A page that is left open over a training: resident memory of the server and of the browser, minute by minute, and the run's speed.
//
//   node tools/bench/open-page.mjs [--minutes 60] [--preset quickstart] [--set key=value ...] [--playground]
//
// The training goes at low priority, so that others may use the machine; Chromium as in e2e/src/chromium.ts. With `--playground` the page
// is that of the playground, which follows the newest checkpoint.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { constants, setPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openPage, residentMegabytes } from './chromium.mjs';
import { eventsOf, startServed } from './training.mjs';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '60' },
    preset: { type: 'string', default: 'quickstart' },
    set: { type: 'string', multiple: true, default: [] },
    playground: { type: 'boolean', default: false },
  },
});
const sleep = (/** @type {number} */ ms) => new Promise((resolve) => setTimeout(resolve, ms));

const folder = mkdtempSync(join(tmpdir(), 'open-page-'));
const sets = ['steps=10000000', 'checkpoint.every=200', 'sample.every=200', ...values.set];
const { run, training, serving, address } = await startServed({
  folder,
  preset: values.preset,
  sets,
  detached: true,
});
// Where Linux schedules by session first, the session's priority counts.
setPriority(training.pid ?? 0, constants.priority.PRIORITY_BELOW_NORMAL);
try {
  writeFileSync(`/proc/${training.pid}/autogroup`, String(constants.priority.PRIORITY_BELOW_NORMAL));
} catch {
  // A system without it.
}
const { page, megabytes, close } = await openPage();
const end = () => {
  training.kill('SIGKILL');
  serving.kill();
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
};
process.on('SIGTERM', () => {
  end();
  process.exit(1);
});
try {
  while (!existsSync(join(run, 'checkpoints/00000200/manifest.json'))) await sleep(1000);
  await page.goto(address);
  await page.click('.run');
  await page.waitForSelector('.uplot');
  if (values.playground) {
    await page.click('text=Playground');
    await page.waitForSelector('[data-testid=images][aria-busy=false]', { timeout: 600_000 });
  }
  const tell = (/** @type {number} */ minute) => {
    const all = eventsOf(run);
    const last = all.at(-1) ?? {};
    console.log(
      JSON.stringify({
        minute,
        step: last.step,
        imagesPerSecond: last.imagesPerSecond,
        serverMB: residentMegabytes(serving.pid ?? 0),
        browserMB: megabytes(),
        events: all.length,
      }),
    );
  };
  for (let minute = 0; minute <= Number(values.minutes); minute++) {
    tell(minute);
    if (minute < Number(values.minutes)) await sleep(60_000);
  }
} finally {
  await close();
  end();
}
process.exit(0);
