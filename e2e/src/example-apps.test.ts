import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Page } from 'playwright-core';
import { chromiumPath, openChromium } from './chromium.js';
import { runProgram } from './run-program.js';
import { serveFolder } from './static-server.js';
import { appFolder, ganymede, nodeBinaries } from './workplace.js';

/*
 * `export --to npm` of the packed toolkit, packed by npm and installed into the examples, which are built as their README says.
 */

const examples = resolve(__dirname, '../../examples');
const place = (...names: string[]): string => join(appFolder(), 'example-apps', ...names);
/** The image that all are asked for: seed 5 of star, RGB [32, 32, 3], as the CLI makes it. */
let expected: Uint8Array;

async function succeed(command: string, args: readonly string[], cwd: string): Promise<string> {
  const { code, stdout, stderr } = await runProgram(command, args, { cwd });
  if (code !== 0)
    throw new Error(`${command} ${args.join(' ')}: expected exit code 0, got ${code}\n${stdout}\n${stderr}`);
  return stdout;
}

const install = [
  'install',
  '--ignore-scripts',
  '--no-audit',
  '--no-fund',
  '--prefer-offline',
  '--loglevel=error',
];

/** An example with the exported package in it, installed. */
async function installed(name: string): Promise<string> {
  const folder = place(name);
  cpSync(join(examples, name), folder, {
    recursive: true,
    filter: (path) => !/[\\/](?:node_modules|dist|generator)$/.test(path),
  });
  cpSync(place('generator'), join(folder, 'generator'), { recursive: true });
  await succeed('npm', install, folder);
  return folder;
}

/** Pixels of the only 4-dimensional tensor of a file of safetensors. */
function pixelsOf(file: string): Uint8Array {
  const bytes = readFileSync(file);
  const length = Number(bytes.readBigUInt64LE(0));
  const header = JSON.parse(bytes.subarray(8, 8 + length).toString()) as Record<
    string,
    { shape?: number[]; data_offsets: [number, number] }
  >;
  const [begin, end] = Object.values(header).find(({ shape }) => shape?.length === 4)!.data_offsets;
  return bytes.subarray(8 + length + begin, 8 + length + end);
}

/** Greatest difference of RGBA to the expected image. */
function differenceOf(rgba: ArrayLike<number>): number {
  expect(rgba).toHaveLength((expected.length / 3) * 4);
  return expected.reduce(
    (most, value, i) => Math.max(most, Math.abs(value - rgba[Math.floor(i / 3) * 4 + (i % 3)]!)),
    0,
  );
}

beforeAll(async () => {
  rmSync(place(), { recursive: true, force: true });
  mkdirSync(place(), { recursive: true });
  const demo = join(appFolder(), 'node_modules/@ganymede/cli/demo');
  const options = ['--no-statistics', '--precision', 'float32', '--package', 'generator', '--license', 'mit'];
  const { code, stderr } = await ganymede([
    'export',
    demo,
    '--to',
    'npm',
    '--out',
    place('generator'),
    ...options,
  ]);
  expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
  const file = place('star.safetensors');
  const asked = ['--demo', '--classes', 'star', '--count', '1', '--seed', '5', '--out', file];
  expect((await ganymede(['sample', ...asked])).code).toBe(0);
  expected = pixelsOf(file);
  expect(new Set(expected).size).toBeGreaterThan(20);
});

test('packed by npm, the package alone makes the images of the CLI on every Node', async () => {
  const [packed] = JSON.parse(await succeed('npm', ['pack', '--json'], place('generator'))) as {
    filename: string;
    size: number;
    files: { path: string }[];
  }[];
  const names = packed!.files.map(({ path }) => path);
  expect(names).toEqual(expect.arrayContaining(['README.md', 'node.d.ts', 'generator/model.safetensors']));
  // Less than the demo's 2.5 MB of float32 and all that runs it.
  expect(packed!.size).toBeLessThan(5e6);
  const folder = place('alone');
  mkdirSync(folder);
  // Without a manifest npm would install into a folder above.
  writeFileSync(join(folder, 'package.json'), '{ "private": true }');
  await succeed('npm', [...install, '--offline', join(place('generator'), packed!.filename)], folder);
  rmSync(place('generator', packed!.filename));
  expect(readdirSync(join(folder, 'node_modules')).filter((name) => !name.startsWith('.'))).toEqual([
    'generator',
  ]);
  const program = `
    import { generate } from 'generator';
    const { pixels } = await generate({ class: 'star', seed: 5 });
    console.log(JSON.stringify([...pixels]));`;
  for (const node of Object.values(nodeBinaries())) {
    const stdout = await succeed(node, ['--input-type=module', '--eval', program], folder);
    expect(differenceOf(JSON.parse(stdout) as number[])).toBeLessThanOrEqual(1);
  }
});

test('the server of Node answers with the image of the CLI, and says what it does not have', async () => {
  const folder = await installed('node-server');
  const program = spawn(process.execPath, ['server.js'], {
    cwd: folder,
    env: { ...process.env, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const address = await new Promise<string>((found, reject) => {
      program.stdout.on('data', (piece: Buffer) => found(piece.toString().trim()));
      program.on('exit', () => reject(new Error('server: expected an address, got its end')));
    });
    const answer = await fetch(`${address}star?seed=5`);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'image/png']);
    expect([...new Uint8Array(await answer.arrayBuffer()).subarray(1, 4)]).toEqual([...Buffer.from('PNG')]);
    const unknown = await fetch(`${address}dog`);
    expect([unknown.status, await unknown.text()]).toEqual([400, expect.stringContaining('got dog')]);
  } finally {
    program.kill();
  }
});

(chromiumPath === null ? describe.skip : describe)('in Chromium', () => {
  test.each(['page', 'react'])('the example %s, built, makes the image of the CLI', async (name) => {
    const folder = await installed(name);
    await succeed('npm', ['run', 'build'], folder);
    const server = await serveFolder(join(folder, 'dist'));
    const browser = await openChromium();
    try {
      const page = await browser.newPage();
      const errors: string[] = [];
      page.on('pageerror', (error) => errors.push(error.message));
      page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
      await page.goto(`${server.address}?backend=wasm`);
      await page.waitForFunction(() => document.querySelectorAll('#class option').length === 10);
      await page.selectOption('#class', 'star');
      await page.waitForFunction(() => document.querySelector('#status')!.textContent === 'star, seed 5');
      expect(differenceOf(await drawn(page))).toBeLessThanOrEqual(1);
      expect(errors).toEqual([]);
    } finally {
      await browser.close();
      await server.close();
    }
  });
});

(chromiumPath === null ? test.skip : test)(
  'the example react loads again when it is told to, after the network failed',
  async () => {
    const folder = await installed('react');
    await succeed('npm', ['run', 'build'], folder);
    const server = await serveFolder(join(folder, 'dist'));
    const browser = await openChromium();
    try {
      const page = await (await browser.newContext()).newPage();
      let isOffline = true;
      await page
        .context()
        .route('**/*.safetensors', (route) => (isOffline ? route.abort() : route.continue()));
      await page.goto(`${server.address}?backend=wasm`);
      const told = async (): Promise<string | null> => page.textContent('#status');
      await page.waitForSelector('#again');
      expect(await told()).toMatch(/model.*safetensors/);
      await page.selectOption('#class', 'star');
      await page.waitForSelector('#again');
      isOffline = false;
      await page.click('#again');
      await page.waitForFunction(() => document.querySelector('#status')!.textContent === 'star, seed 5');
      expect(differenceOf(await drawn(page))).toBeLessThanOrEqual(1);
      expect(await page.$('#again')).toBeNull();
    } finally {
      await browser.close();
      await server.close();
    }
  },
);

const drawn = (page: Page): Promise<number[]> =>
  page.evaluate(() => {
    const canvas = document.querySelector<HTMLCanvasElement>('#image')!;
    return [...canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height).data];
  });
