import type { ChildProcess } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import sharp from 'sharp';
import { chromiumPath, openChromium } from './chromium.js';
import {
  drawnImages,
  errorsOf,
  findings,
  redraw,
  serveRuns,
  storedImages,
  typeCommand,
  whenDrawn,
} from './page-tools.js';
import { appFolder, ganymede } from './workplace.js';

/** Milliseconds that a picture may take: whatever else the machine does goes first. */
const patience = 300_000;

(chromiumPath === null ? describe.skip : describe)('the playground of a run, in Chromium', () => {
  const runs = (): string => join(appFolder(), 'played');
  let browser: Browser;
  let address: string;
  let program: ChildProcess;
  beforeAll(async () => {
    rmSync(runs(), { recursive: true, force: true });
    mkdirSync(runs());
    browser = await openChromium();
    ({ address, program } = await serveRuns('played'));
  });
  afterAll(async () => {
    program?.kill();
    await browser.close();
  });

  test('shows pictures of checkpoints, that are those of the CLI', async () => {
    const trained = await ganymede([
      ...['train', '--config', 'tiny.yaml', '--run', 'played/drawn', '--backend', 'wasm'],
      ...['--set', 'posthocEma={every: 1, precision: float32}'],
    ]);
    expect({ code: trained.code, stderr: trained.stderr }).toEqual({ code: 0, stderr: '' });
    const found = await ganymede(['analyze', 'directions', 'played/drawn', '--images', '1', '--steps', '3']);
    expect(found.code).toBe(0);
    const page = await browser.newPage({ bypassCSP: true });
    page.setDefaultTimeout(patience);
    const errors = errorsOf(page);
    await page.goto(address);
    await page.click('.run:has-text("drawn")');
    await page.click('text=Playground');
    await page.waitForSelector(whenDrawn);
    expect(await findings(page)).toEqual([]);

    await page.selectOption('#first', 'star');
    await redraw(page, () => page.click('text="4"'));
    const grid = join(appFolder(), 'grid.png');
    expect(await typeCommand(page, '--out', grid)).toBe(
      'ganymede sample played/drawn --classes star --count 4 --seed 0 --checkpoint 4',
    );
    const star = await drawnImages(page);
    expect(star).toEqual(await storedImages(grid));

    await page.selectOption('#checkpoint', '2');
    await page.focus('#threshold');
    await redraw(page, () => page.keyboard.press('Home'));
    await page.waitForFunction(() => document.querySelector('pre')!.textContent!.includes('--checkpoint 2'));
    await page.waitForTimeout(200);
    await page.waitForSelector(whenDrawn);
    await typeCommand(page, '--out', grid);
    expect(await drawnImages(page)).toEqual(await storedImages(grid));
    expect(await drawnImages(page)).not.toEqual(star);
    await page.selectOption('#checkpoint', '');
    await page.focus('#threshold');
    await redraw(page, () => page.keyboard.press('End'));

    await page.focus('#share');
    await redraw(page, () => page.keyboard.press('PageUp'));
    await redraw(page, () => page.click('text=Directions'));
    const directions = join(appFolder(), 'directions.png');
    expect(await typeCommand(page, '--out', directions)).toContain('--mix star,');
    expect(await drawnImages(page)).toEqual(await storedImages(directions));

    await redraw(page, () => page.click('text=Between two'));
    const walk = join(appFolder(), 'walk.png');
    await typeCommand(page, '--out', walk);
    expect(await drawnImages(page)).toEqual(await storedImages(walk));
    const [saved] = await Promise.all([page.waitForEvent('download'), page.click('text=Download GIF')]);
    expect((await sharp(await saved.path(), { animated: true }).metadata()).pages).toBe(30);
    const [png] = await Promise.all([page.waitForEvent('download'), page.click('text=Download PNG')]);
    expect(await storedImages(await png.path())).toEqual(await drawnImages(page));

    await redraw(page, () => page.click('text=Other length'));
    await page.waitForFunction(() => document.querySelector('pre')!.textContent!.includes('ganymede ema'));
    await page.waitForTimeout(200);
    await page.waitForSelector(whenDrawn);
    expect(await typeCommand(page, '--out', walk)).toMatch(
      /^ganymede ema played\/drawn --sigma-rel [\d.]+ --step 4 && /,
    );
    expect(await drawnImages(page)).toEqual(await storedImages(walk));
    expect(errors).toEqual([]);
    await page.close();
  });

  test('tells what is wrong with a checkpoint or a run in its playground, with the code', async () => {
    const run = join(runs(), 'drawn');
    const weights = join(run, 'checkpoints/00000004/ema.safetensors');
    const whole = readFileSync(weights);
    const page = await browser.newPage({
      bypassCSP: true,
      colorScheme: 'dark',
      viewport: { width: 390, height: 844 },
    });
    page.setDefaultTimeout(patience);
    await page.goto(address);
    writeFileSync(weights, whole.subarray(0, whole.length - 100));
    await page.click('.run:has-text("drawn")');
    await page.click('text=Playground');
    expect(await page.textContent('[role=alert]')).toContain('CHECKPOINT_DAMAGED');
    writeFileSync(weights, whole);
    await page.click('text=Try again');
    await page.waitForSelector(whenDrawn);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    expect(await findings(page)).toEqual([]);
    // By the keyboard alone: from the top to the seed, and a step up.
    const focused = (): Promise<string> => page.evaluate(() => document.activeElement?.id ?? '');
    for (let i = 0; i < 40 && (await focused()) !== 'seed'; i++) await page.keyboard.press('Tab');
    await redraw(page, () => page.keyboard.press('ArrowUp'));
    expect(await page.textContent('pre')).toContain('--seed 1');
    rmSync(run, { recursive: true });
    await page.waitForFunction(() =>
      document.querySelector('[role=alert]')?.textContent?.includes('RUN_NOT_FOUND'),
    );
    await page.close();
  });
});
