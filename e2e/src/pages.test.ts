import { spawn, type ChildProcess } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { chromiumPath, openChromium } from './chromium.js';
import { serveFolder } from './static-server.js';
import { appFolder, ganymede, ganymedeProgram } from './workplace.js';

const axe = readFileSync(createRequire(__filename).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe-core finds wrong. */
async function findings(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const { violations } = await (
      globalThis as unknown as { axe: { run(): Promise<{ violations: { id: string }[] }> } }
    ).axe.run();
    return violations.map(({ id }) => id);
  });
}

/** Errors that a page throws or prints. */
function errorsOf(page: Page): string[] {
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
  return errors;
}

const whenDrawn = '[data-testid=images][aria-busy=false]';
const pixels = (page: Page): Promise<number[]> =>
  page.evaluate(() => {
    const canvas = document.querySelector<HTMLCanvasElement>('[data-testid=images]')!;
    return [...canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height).data];
  });

/** The images that the CLI wrote, uint8 [N, 32, 32, 3]. */
function imagesOf(file: string): Uint8Array {
  const bytes = readFileSync(file);
  const length = Number(bytes.readBigUInt64LE(0));
  const header = JSON.parse(bytes.subarray(8, 8 + length).toString()) as Record<
    string,
    { shape?: number[]; data_offsets: [number, number] }
  >;
  const [
    ,
    {
      data_offsets: [begin, end],
    },
  ] = Object.entries(header).find(([, { shape }]) => shape?.length === 4)!;
  return bytes.subarray(8 + length + begin, 8 + length + end);
}

(chromiumPath === null ? describe.skip : describe)('in Chromium', () => {
  let browser: Browser;
  const programs: ChildProcess[] = [];
  beforeAll(async () => {
    browser = await openChromium();
  });
  afterAll(async () => {
    for (const program of programs) program.kill();
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
    beforeAll(async () => {
      rmSync(runs(), { recursive: true, force: true });
      mkdirSync(runs());
      const program = spawn(process.execPath, [ganymedeProgram(), 'serve', 'watched', '--port', '0'], {
        cwd: appFolder(),
      });
      programs.push(program);
      address = await new Promise<string>((resolve, reject) => {
        let text = '';
        const take = (piece: Buffer): void => {
          text += piece.toString();
          const [found] = /http:\S+/.exec(text) ?? [];
          if (found !== undefined) resolve(found);
        };
        program.stdout.on('data', take);
        program.stderr.on('data', take);
        program.on('exit', () => reject(new Error(`serve: expected an address, got its end\n${text}`)));
      });
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
