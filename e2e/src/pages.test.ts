import type { ChildProcess } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import sharp from 'sharp';
import { chromiumPath, openChromium } from './chromium.js';
import {
  drawnImages,
  errorsOf,
  findings,
  imagesOf,
  mostDifference,
  pixels,
  redraw,
  serveRuns,
  storedImages,
  whenDrawn,
} from './page-tools.js';
import { serveFolder } from './static-server.js';
import { appFolder, ganymede } from './workplace.js';

(chromiumPath === null ? describe.skip : describe)('in Chromium', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openChromium();
  });
  afterAll(async () => {
    await browser.close();
  });

  describe('an exported page', () => {
    const out = (): string => join(appFolder(), 'exported-page');
    let server: Awaited<ReturnType<typeof serveFolder>>;
    beforeAll(async () => {
      rmSync(out(), { recursive: true, force: true });
      const demo = join(appFolder(), 'node_modules/@ganymede/cli/demo');
      const { code, stderr } = await ganymede([
        'export',
        demo,
        '--to',
        'web',
        '--out',
        out(),
        '--no-statistics',
      ]);
      expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
      server = await serveFolder(out());
    });
    afterAll(() => server.close());

    test('makes the images of the CLI for the same seed, up to 2 of 255', async () => {
      const page = await browser.newPage();
      const errors = errorsOf(page);
      await page.goto(`${server.address}?backend=wasm`);
      await page.waitForSelector(whenDrawn);
      await page.selectOption('#first', 'star');
      await page.fill('#seed', '5');
      await page.click('text="4"');
      await page.waitForFunction(
        () => document.querySelector<HTMLCanvasElement>('[data-testid=images]')!.width === 64,
      );
      await page.waitForSelector(whenDrawn);
      const drawn = await pixels(page);
      const command = (await page.textContent('pre'))!;
      expect(command).toMatch(/^ganymede sample demo --classes star --count 4 --seed 5 --checkpoint \d+$/);
      const file = join(appFolder(), 'star.safetensors');
      const { code, stderr } = await ganymede([
        'sample',
        '--demo',
        ...command.split(' ').slice(3),
        '--out',
        file,
      ]);
      expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
      const images = imagesOf(file);
      expect(images.length).toBe(4 * 32 * 32 * 3);
      let most = 0;
      for (let i = 0; i < images.length; i++) {
        const [channel, x, y, image] = [
          i % 3,
          Math.floor(i / 3) % 32,
          Math.floor(i / 96) % 32,
          Math.floor(i / 3072),
        ];
        const at = ((Math.floor(image / 2) * 32 + y) * 64 + (image % 2) * 32 + x) * 4 + channel;
        most = Math.max(most, Math.abs(images[i]! - drawn[at]!));
      }
      expect(most).toBeLessThanOrEqual(2);
      expect(errors).toEqual([]);
      await page.close();
    });

    test('walks between two seeds as the CLI does, and hands the walk over as a GIF', async () => {
      const page = await browser.newPage();
      const errors = errorsOf(page);
      await page.goto(`${server.address}?backend=wasm`);
      await page.waitForSelector(whenDrawn);
      await redraw(page, () => page.click('text=Between two'));
      const drawn = await drawnImages(page);
      const command = (await page.textContent('pre'))!;
      expect(command).toMatch(
        /^ganymede interpolate demo --classes circle --seed 0 --to-seed 1 --vary latent --steps 16 /,
      );
      const file = join(appFolder(), 'walk.png');
      const demo = join(appFolder(), 'node_modules/@ganymede/cli/demo');
      const { code, stderr } = await ganymede([
        'interpolate',
        demo,
        ...command.split(' ').slice(3),
        '--out',
        file,
      ]);
      expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
      expect(mostDifference(await storedImages(file), drawn)).toBeLessThanOrEqual(2);
      const [saved] = await Promise.all([page.waitForEvent('download'), page.click('text=Download GIF')]);
      expect(saved.suggestedFilename()).toBe('demo-0.gif');
      const gif = await saved.path();
      const { pages, loop, delay, width, pageHeight } = await sharp(gif, { animated: true }).metadata();
      // To the other end and back, without the ends twice, for ever.
      expect({ pages, loop, width, pageHeight }).toEqual({ pages: 30, loop: 0, width: 32, pageHeight: 32 });
      expect(new Set(delay)).toEqual(new Set([50]));
      // A frame has 256 colours.
      expect(mostDifference(await storedImages(gif), drawn.subarray(0, 3072))).toBeLessThanOrEqual(24);
      expect(errors).toEqual([]);
      await page.close();
    });

    test('is driven by the keyboard alone, has nothing for axe-core, and fits a phone', async () => {
      const page = await browser.newPage({ viewport: { width: 390, height: 844 }, bypassCSP: true });
      await page.goto(`${server.address}?backend=wasm`);
      await page.waitForSelector(whenDrawn);
      expect(await findings(page)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
      const before = await pixels(page);
      const focused = (): Promise<string> => page.evaluate(() => document.activeElement?.id ?? '');
      for (let i = 0; i < 40 && (await focused()) !== 'threshold'; i++) await page.keyboard.press('Tab');
      expect(await focused()).toBe('threshold');
      await page.keyboard.press('Home');
      await page.waitForFunction(() =>
        document.querySelector('pre')!.textContent!.includes('--truncation 0.05'),
      );
      await page.waitForTimeout(200);
      await page.waitForSelector(whenDrawn);
      expect(await pixels(page)).not.toEqual(before);
      await page.close();
    });

    test('refuses weights that were damaged, in words', async () => {
      const damaged = join(appFolder(), 'damaged-page');
      rmSync(damaged, { recursive: true, force: true });
      cpSync(out(), damaged, { recursive: true });
      const weights = join(damaged, 'generator/model.safetensors');
      const bytes = readFileSync(weights);
      bytes[bytes.length - 5]! ^= 1;
      writeFileSync(weights, bytes);
      const other = await serveFolder(damaged);
      const page = await browser.newPage();
      await page.goto(`${other.address}?backend=wasm`);
      expect(await page.textContent('[role=alert]')).toMatch(/SHA-256: expected/);
      await page.close();
      await other.close();
    });
  });

  describe('the dashboard', () => {
    const runs = (): string => join(appFolder(), 'watched');
    let address: string;
    let program: ChildProcess;
    afterAll(() => program?.kill());
    beforeAll(async () => {
      rmSync(runs(), { recursive: true, force: true });
      mkdirSync(runs());
      ({ address, program } = await serveRuns('watched'));
    });

    test('follows a run that another process trains, and ends it with a checkpoint when it is asked to', async () => {
      const page = await browser.newPage({ bypassCSP: true });
      const errors = errorsOf(page);
      await page.goto(address);
      expect(await page.textContent('.notice')).toContain('ganymede train');
      expect(page.url()).not.toContain('token');
      const training = ['train', '--config', 'tiny.yaml', '--run', 'watched/live', '--backend', 'wasm'];
      const ended = ganymede([...training, '--steps', '100000', '--set', 'checkpoint.every=100000']);
      await page.click('.run');
      const step = async (): Promise<number> =>
        Number(/[\d,]+/.exec((await page.textContent('.facts dd')) ?? '')?.[0].replaceAll(',', '') ?? 0);
      await page.waitForSelector('.facts');
      await page.waitForSelector('.uplot');
      const first = await step();
      for (let i = 0; i < 100 && (await step()) < first + 3; i++) await page.waitForTimeout(200);
      expect(await step()).toBeGreaterThan(first + 2);
      await page.waitForSelector('#sheet');
      const shown = await page.getAttribute('[data-testid=sheet]', 'src');
      await page.focus('#sheet');
      await page.keyboard.press('Home');
      expect(await page.getAttribute('[data-testid=sheet]', 'src')).not.toBe(shown);
      expect(await findings(page)).toEqual([]);
      await page.click('text=Stop');
      const { code } = await ended;
      expect(code).toBe(143);
      await page.waitForSelector('.state.stopped', { timeout: 20_000 });
      expect(errors).toEqual([]);
      await page.close();
    });

    test('fits a phone, in the dark', async () => {
      const page = await browser.newPage({
        viewport: { width: 390, height: 844 },
        colorScheme: 'dark',
        bypassCSP: true,
      });
      await page.goto(address);
      await page.click('.run');
      await page.waitForSelector('.uplot');
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
      expect(await findings(page)).toEqual([]);
      await page.close();
    });
  });
});
