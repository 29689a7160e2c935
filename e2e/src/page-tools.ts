import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { appFolder, ganymede, ganymedeProgram } from './workplace.js';

const axe = readFileSync(createRequire(__filename).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe-core finds wrong. */
export async function findings(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const { violations } = await (
      globalThis as unknown as { axe: { run(): Promise<{ violations: { id: string }[] }> } }
    ).axe.run();
    return violations.map(({ id }) => id);
  });
}

/** Errors that a page throws or prints. */
export function errorsOf(page: Page): string[] {
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
  return errors;
}

/** A picture that is there. */
export const whenDrawn = '[data-testid=images][aria-busy=false]';
export const pixels = (page: Page): Promise<number[]> =>
  page.evaluate(() => {
    const canvas = document.querySelector<HTMLCanvasElement>('[data-testid=images]')!;
    return [...canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height).data];
  });

/** Pixels of a picture of 32x32 images, image by image, uint8 [N, 32, 32, 3]. */
function imagesIn(data: ArrayLike<number>, width: number, height: number, channels: number): Uint8Array {
  const columns = width / 32;
  const images = new Uint8Array(columns * (height / 32) * 32 * 32 * 3);
  for (let at = 0; at < images.length; at++) {
    const [channel, x, y, image] = [
      at % 3,
      Math.floor(at / 3) % 32,
      Math.floor(at / 96) % 32,
      Math.floor(at / 3072),
    ];
    const row = Math.floor(image / columns) * 32 + y;
    images[at] = data[(row * width + (image % columns) * 32 + x) * channels + channel]!;
  }
  return images;
}

/** What the page shows, image by image. */
export async function drawnImages(page: Page): Promise<Uint8Array> {
  const { data, width, height } = await page.evaluate(() => {
    const canvas = document.querySelector<HTMLCanvasElement>('[data-testid=images]')!;
    const all = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height).data;
    return { data: [...all], width: canvas.width, height: canvas.height };
  });
  return imagesIn(data, width, height, 4);
}

/** What a picture's file shows, image by image; of an animation its first frame. */
export async function storedImages(file: string): Promise<Uint8Array> {
  const { data, info } = await sharp(file).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return imagesIn(data, info.width, info.height, info.channels);
}

export const mostDifference = (a: Uint8Array, b: Uint8Array): number =>
  a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), a.length === b.length ? 0 : 256);

/** Changes the page, and waits until its picture is another, drawn. */
export async function redraw(page: Page, change: () => Promise<unknown>): Promise<void> {
  const before = await page.textContent('pre');
  await change();
  await page.waitForFunction((text) => document.querySelector('pre')!.textContent !== text, before);
  // What the controls say is asked for a moment after they rest.
  await page.waitForTimeout(200);
  await page.waitForSelector(whenDrawn);
}

/** Runs the command that a page shows. */
export async function typeCommand(page: Page, ...more: string[]): Promise<string> {
  const text = (await page.textContent('pre'))!;
  for (const command of text.split(' && ')) {
    const isLast = text.endsWith(command);
    const words = command.match(/'[^']*'|\S+/g)!.map((word) => word.replaceAll("'", ''));
    const { code, stderr } = await ganymede([...words.slice(1), ...(isLast ? more : [])]);
    expect({ command, code, stderr: code === 0 ? '' : stderr }).toEqual({ command, code: 0, stderr: '' });
  }
  return text;
}

/** The images that the CLI wrote, uint8 [N, 32, 32, 3]. */
export function imagesOf(file: string): Uint8Array {
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

/** Serves a folder of runs below the app's, until the program is killed. */
export async function serveRuns(
  folder: string,
): Promise<{ readonly address: string; readonly program: ChildProcess }> {
  const program = spawn(process.execPath, [ganymedeProgram(), 'serve', folder, '--port', '0'], {
    cwd: appFolder(),
    // Beside other tests the lowest priority would take minutes.
    env: { ...process.env, GANYMEDE_PLAYGROUND_NICE: '1' },
  });
  const address = await new Promise<string>((resolve, reject) => {
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
  return { address, program };
}
