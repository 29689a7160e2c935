import { createHash, randomBytes } from 'node:crypto';
import { spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { setTimeout as wait } from 'node:timers/promises';
import { fetchWheel } from './fetch-wheel.js';
import { largestFile } from './pip-download.js';
import type { WheelPin } from './wheel-pin.js';

/** Runs the real pip against a package index on this machine. */
let root: string;
let folder: string;
let server: Server;
let wheel: WheelPin;
let content: Buffer;
let requests: { readonly path: string; readonly range: string | undefined }[];
/** How the index serves the wheel. */
let serve: (request: IncomingMessage, response: ServerResponse) => void;
const environment = { ...process.env };

const name = 'ganymede_sample-1.0-py3-none-any.whl';
const metadata = Buffer.from('Metadata-Version: 2.1\nName: ganymede-sample\nVersion: 1.0\n');

function whole(request: IncomingMessage, response: ServerResponse): void {
  const first = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
  const range = first > 0 && { 'content-range': `bytes ${first}-${content.length - 1}/${content.length}` };
  response.writeHead(first > 0 ? 206 : 200, { 'content-length': content.length - first, ...range });
  response.end(content.subarray(first));
}

beforeAll(async () => {
  content = Buffer.from(
    zipSync({
      'ganymede_sample/lib/libsample.so': [randomBytes(400_000), { level: 0 }],
      'ganymede_sample-1.0.dist-info/METADATA': metadata,
      'ganymede_sample-1.0.dist-info/WHEEL': Buffer.from('Wheel-Version: 1.0\nTag: py3-none-any\n'),
      'ganymede_sample-1.0.dist-info/RECORD': Buffer.from(''),
    }),
  );
  const sha256 = createHash('sha256').update(content).digest('hex');
  wheel = {
    distribution: 'ganymede-sample',
    version: '1.0',
    sha256,
    bytes: { wheel: content.length, libraries: 400_000 },
    platforms: ['any'],
  };
  const metadataDigest = createHash('sha256').update(metadata).digest('hex');
  server = createServer((request, response) => {
    const path = request.url!;
    requests.push({ path, range: request.headers.range });
    if (path.endsWith('.metadata')) response.end(metadata);
    else if (path.endsWith('.whl')) serve(request, response);
    else if (path === '/simple/ganymede-sample/')
      response
        .setHeader('content-type', 'text/html')
        .end(
          `<!DOCTYPE html><a href="/files/${name}#sha256=${sha256}" data-core-metadata="sha256=${metadataDigest}" data-dist-info-metadata="sha256=${metadataDigest}">${name}</a>`,
        );
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  process.env['PIP_INDEX_URL'] = `http://127.0.0.1:${port}/simple`;
  process.env['PIP_FIND_LINKS'] = '';
  process.env['PIP_RETRIES'] = '0';
});
afterAll(() => {
  process.env = environment;
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'fetch-wheel-'));
  folder = join(root, 'wheel');
  requests = [];
  serve = whole;
});
afterEach(() => rmSync(root, { recursive: true }));

const ranges = (): unknown[] => requests.flatMap(({ path, range }) => (path.endsWith('.whl') ? [range] : []));

/** What a killed download leaves: pip's own temporary folder with the first bytes. */
function leave(bytes: Buffer): void {
  const place = join(folder, 'pip', 'pip-unpack-abc');
  mkdirSync(place, { recursive: true });
  writeFileSync(join(place, name), bytes);
}

test('pip fetches it, and says how far it is', async () => {
  let bytes = 0;
  const file = await fetchWheel(wheel, folder, { onVerified: (now) => (bytes = now) });
  expect(readFileSync(file).equals(content)).toBe(true);
  expect(bytes).toBe(content.length);
  expect(ranges()).toEqual([undefined]);
});

test('the first bytes of an earlier try are kept: a range request brings the rest', async () => {
  leave(content.subarray(0, 150_000));
  const told: number[] = [];
  const file = await fetchWheel(wheel, folder, { onDownloaded: (bytes) => told.push(bytes) });
  expect(readFileSync(file).equals(content)).toBe(true);
  expect(ranges()).toEqual(['bytes=150000-']);
  expect(told[0]).toBe(150_000);
  expect(told.at(-1)).toBe(content.length);
});

test('a whole wheel is not fetched again', async () => {
  const first = await fetchWheel(wheel, folder);
  requests = [];
  expect(readFileSync(await fetchWheel(wheel, folder)).equals(content)).toBe(true);
  expect(existsSync(first) || existsSync(join(folder, 'wheel.part'))).toBe(true);
  expect(requests).toEqual([]);
});

test('a connection that breaks on the way is taken up again where it broke', async () => {
  leave(content.subarray(0, 100_000));
  let broken = 0;
  serve = (request, response) => {
    const start = Number(/\d+/.exec(request.headers.range ?? '0')![0]);
    if (broken++ < 2) {
      response.writeHead(206, {
        'content-length': content.length - start,
        'content-range': `bytes ${start}-${content.length - 1}/${content.length}`,
      });
      response.write(content.subarray(start, start + 50_000), () => response.destroy());
    } else whole(request, response);
  };
  const file = await fetchWheel(wheel, folder);
  expect(readFileSync(file).equals(content)).toBe(true);
  expect(ranges()).toHaveLength(3);
  expect(ranges()[0]).toBe('bytes=100000-');
});

test('what came before a connection was lost stays for the next try', async () => {
  leave(content.subarray(0, 100_000));
  let served = 0;
  serve = (request, response) => {
    if (served++ > 0) {
      response.destroy();
      return;
    }
    response.writeHead(206, {
      'content-length': content.length - 100_000,
      'content-range': `bytes 100000-${content.length - 1}/${content.length}`,
    });
    response.write(content.subarray(100_000, 180_000), () => response.destroy());
  };
  await expect(fetchWheel(wheel, folder)).rejects.toMatchObject({ code: 'NO_NETWORK' });
  serve = whole;
  requests = [];
  expect(readFileSync(await fetchWheel(wheel, folder)).equals(content)).toBe(true);
  expect(Number(/\d+/.exec(String(ranges()[0]))![0])).toBeGreaterThan(100_000);
});

test.each([
  ['other bytes', () => randomBytes(150_000)],
  ['more bytes than the wheel has', () => Buffer.alloc(900_000)],
])('%s of an earlier try: it is fetched whole', async (_what, bytes) => {
  leave(bytes());
  expect(readFileSync(await fetchWheel(wheel, folder)).equals(content)).toBe(true);
  expect(ranges().at(-1)).toBeUndefined();
});

test('a server that knows no ranges sends the whole', async () => {
  leave(content.subarray(0, 150_000));
  serve = (_request, response) => response.end(content);
  expect(readFileSync(await fetchWheel(wheel, folder)).equals(content)).toBe(true);
});

test('a file of another digest is refused, and nothing of it is kept', async () => {
  const other = { ...wheel, sha256: createHash('sha256').update('other').digest('hex') };
  await expect(fetchWheel(other, folder)).rejects.toMatchObject({ code: 'WHEEL_CORRUPT' });
  expect(readdirSync(folder).filter((one) => one.endsWith('.whl'))).toEqual([]);
});

test('stopped while pip downloads: pip ends, its bytes stay, the next try goes on', async () => {
  serve = (_request, response) => {
    response.writeHead(200, { 'content-length': content.length });
    response.write(content.subarray(0, 300_000));
  };
  const abort = new AbortController();
  const fetching = fetchWheel(wheel, folder, {
    signal: abort.signal,
    onDownloaded: (bytes) => bytes > 100_000 && abort.abort(),
  });
  await expect(fetching).rejects.toMatchObject({ name: 'AbortError' });
  const pid = Number(readFileSync(join(folder, 'pip.pid'), 'utf8'));
  expect(pid).toBeGreaterThan(1);
  serve = whole;
  requests = [];
  expect(readFileSync(await fetchWheel(wheel, folder)).equals(content)).toBe(true);
  expect(ranges()).toHaveLength(1);
  expect(ranges()[0]).toMatch(/^bytes=\d{6}-$/);
});

test('stopped when the last byte has come: it ends', async () => {
  leave(content.subarray(0, content.length - 50_000));
  const abort = new AbortController();
  const fetching = fetchWheel(wheel, folder, {
    signal: abort.signal,
    onDownloaded: (bytes) => bytes === content.length && abort.abort(),
  });
  await expect(fetching).rejects.toMatchObject({ name: 'AbortError' });
  expect(ranges()).toEqual([`bytes=${content.length - 50_000}-`]);
});

test('a pip that outlived a killed installation is ended before its file is gone on with', async () => {
  serve = (_request, response) => {
    response.writeHead(200, { 'content-length': content.length });
    let sent = 0;
    const timer = setInterval(() => {
      response.write(content.subarray(sent, (sent += 2000)));
      if (response.destroyed || sent >= content.length) clearInterval(timer);
    }, 20);
  };
  // pip is a process of a script, as with pyenv, and the installation that started it is gone.
  mkdirSync(join(folder, 'pip'), { recursive: true });
  const pip = [
    '-m',
    'pip',
    'download',
    '--no-deps',
    '--no-cache-dir',
    '--dest',
    folder,
    'ganymede-sample==1.0',
  ];
  const old = spawn('bash', ['-c', 'python3 "$@"; true', 'bash', ...pip], {
    detached: true,
    stdio: 'ignore',
    env: { ...process.env, TMPDIR: join(folder, 'pip') },
  });
  writeFileSync(join(folder, 'pip.pid'), String(old.pid));
  const ended = new Promise((resolve) => old.on('exit', (_code, signal) => resolve(signal)));
  const unfinished = (): number => largestFile(join(folder, 'pip'))?.bytes ?? 0;
  while (unfinished() < 20_000) await wait(20);
  serve = whole;
  expect(readFileSync(await fetchWheel(wheel, folder)).equals(content)).toBe(true);
  expect(await ended).toBe('SIGKILL');
  expect(ranges().at(-1)).toMatch(/^bytes=\d+-$/);
});

describe('what is missing', () => {
  /** Stands for a Python: prints and ends as told. */
  const python = (own: string, script: string): string => {
    const file = join(root, own);
    writeFileSync(file, `#!/bin/sh\n${script}\n`);
    chmodSync(file, 0o755);
    return file;
  };

  test.each([
    ['no Python', [], 'PYTHON_NOT_FOUND'],
    ['no pip', ['echo "python3: No module named pip" >&2; exit 1'], 'PIP_NOT_FOUND'],
    [
      'no network',
      [
        'echo "WARNING: Retrying after connection broken by NewConnectionError" >&2; echo "ERROR: No matching distribution found" >&2; exit 1',
      ],
      'NO_NETWORK',
    ],
    ['no such wheel', ['echo "ERROR: No matching distribution found for x" >&2; exit 1'], 'DOWNLOAD_FAILED'],
  ])('%s', async (_what, scripts, code) => {
    const pythons = [
      join(root, 'no-such-python'),
      ...scripts.map((script, i) => python(`python-${i}`, script)),
    ];
    const error = await fetchWheel(wheel, folder, { pythons }).catch((one: unknown) => one);
    expect(error).toMatchObject({ code, hint: expect.stringMatching(/\w/) });
    expect((error as Error).message.split('\n')).toHaveLength(1);
  });

  test('an index without the wheel', async () => {
    const other = { ...wheel, version: '2.0' };
    await expect(fetchWheel(other, folder)).rejects.toMatchObject({
      code: 'DOWNLOAD_FAILED',
      message: expect.stringContaining('ganymede-sample==2.0'),
    });
  });

  test('an index out of reach', async () => {
    const index = process.env['PIP_INDEX_URL'];
    process.env['PIP_INDEX_URL'] = 'http://127.0.0.1:9/simple';
    try {
      await expect(fetchWheel(wheel, folder)).rejects.toMatchObject({ code: 'NO_NETWORK' });
    } finally {
      process.env['PIP_INDEX_URL'] = index;
    }
  });
});
