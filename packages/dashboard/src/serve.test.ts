import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { acquireRunLock, takeCheckpointRequest } from '@ganymede/checkpoints';
import { serve, type Serving } from './serve.js';

let folder: string;
let serving: Serving;
const runs = (): string => join(folder, 'runs');
const resumed: string[] = [];

function makeRun(name: string, events = ''): string {
  const run = join(runs(), name);
  mkdirSync(join(run, 'samples'), { recursive: true });
  writeFileSync(
    join(run, 'config.json'),
    JSON.stringify({ steps: 100, batchSize: 4, generator: { use: 'biggan' } }),
  );
  writeFileSync(join(run, 'events.jsonl'), events);
  writeFileSync(join(run, 'samples', '00000010.png'), 'picture');
  return run;
}

const event = (step: number, more: object = {}): string =>
  `${JSON.stringify({ step, 'G.loss': step / 2, imagesPerSecond: 8, ...more })}\n`;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'dashboard-'));
  mkdirSync(join(folder, 'pages', 'assets'), { recursive: true });
  writeFileSync(join(folder, 'pages', 'index.html'), 'the page');
  writeFileSync(join(folder, 'secret.png'), 'secret');
  makeRun('first', event(1) + event(2));
  resumed.length = 0;
  serving = await serve({
    runs: runs(),
    port: 0,
    pages: join(folder, 'pages'),
    resume: (run) => resumed.push(run),
  });
});
afterEach(async () => {
  await serving.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Asked {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  readonly port?: number;
}

/** Sends a path as it is: `fetch` would tidy it up. */
function ask(path: string, { method = 'GET', headers = {}, body, port = serving.port }: Asked = {}) {
  return new Promise<{ status: number; text: string; headers: Record<string, unknown> }>(
    (resolve, reject) => {
      const sent = httpRequest(
        { host: '127.0.0.1', port, path, method, headers, agent: false },
        (response) => {
          let text = '';
          response.on('data', (piece: Buffer) => (text += piece.toString()));
          response.on('end', () =>
            resolve({ status: response.statusCode!, text, headers: response.headers }),
          );
        },
      );
      sent.on('error', reject);
      sent.end(body);
    },
  );
}
const asJson = async (path: string): Promise<any> => JSON.parse((await ask(path)).text);
const authorized = (): Record<string, string> => ({ authorization: `Bearer ${serving.token}` });

describe('who may ask', () => {
  test('the page and what it reads, on this machine', async () => {
    const page = await ask('/');
    expect([page.status, page.text]).toEqual([200, 'the page']);
    expect(page.headers['content-security-policy']).toMatch(/^default-src 'none'; script-src 'self'/);
    expect(page.headers['x-content-type-options']).toBe('nosniff');
    expect((await ask('/api/runs')).status).toBe(200);
    const localhost = { host: `localhost:${serving.port}` };
    expect((await ask('/api/runs', { headers: localhost })).status).toBe(200);
  });

  test.each(['evil.example', 'evil.example:80', '127.0.0.1', '127.0.0.1:1'])(
    'the Host %s is refused',
    async (host) => {
      expect((await ask('/api/runs', { headers: { host } })).status).toBe(403);
      expect((await ask('/', { headers: { host } })).status).toBe(403);
    },
  );

  test.each(['http://evil.example', 'null', 'https://127.0.0.1'])(
    'the Origin %s is refused, with the token too',
    async (origin) => {
      expect((await ask('/api/runs', { headers: { origin } })).status).toBe(403);
      const headers = { ...authorized(), origin };
      expect((await ask('/api/runs/first/resume', { method: 'POST', headers })).status).toBe(403);
      expect(resumed).toEqual([]);
    },
  );

  test('nothing changes a run without the token, and a cookie is none', async () => {
    const session = await ask('/api/session', { method: 'POST', headers: authorized() });
    const cookie = String(session.headers['set-cookie']).split(';')[0]!;
    expect(cookie).toContain(serving.token);
    for (const headers of [
      {},
      { cookie },
      { authorization: 'Bearer wrong' },
      { authorization: `Basic ${serving.token}` },
    ] as Record<string, string>[])
      for (const what of ['stop', 'resume'])
        expect((await ask(`/api/runs/first/${what}`, { method: 'POST', headers })).status).toBe(401);
    expect(resumed).toEqual([]);
    expect((await ask('/api/runs/first/resume', { method: 'POST', headers: authorized() })).status).toBe(200);
    expect(resumed).toEqual([join(runs(), 'first')]);
    for (const method of ['PUT', 'DELETE', 'PATCH', 'OPTIONS'])
      expect((await ask('/api/runs', { method, headers: authorized() })).status).toBe(405);
  });

  test('where others reach the server, reading needs the token, in a header or a cookie', async () => {
    const open = await serve({ runs: runs(), port: 0, host: '0.0.0.0', pages: join(folder, 'pages') });
    try {
      const at = { port: open.port };
      expect((await ask('/api/runs', at)).status).toBe(401);
      expect((await ask('/api/runs/first/sheets/00000010.png', at)).status).toBe(401);
      expect((await ask('/', at)).status).toBe(200);
      for (const headers of [
        { authorization: `Bearer ${open.token}` },
        { cookie: `a=b; ganymede-token=${open.token}` },
      ] as Record<string, string>[])
        expect((await ask('/api/runs', { ...at, headers })).status).toBe(200);
      expect(
        (await ask('/api/runs', { ...at, headers: { cookie: `ganymede-token=${serving.token}` } })).status,
      ).toBe(401);
    } finally {
      await open.close();
    }
  });

  test('a long body is refused', async () => {
    const asked = await ask('/api/runs/first/resume', {
      method: 'POST',
      headers: authorized(),
      body: 'x'.repeat(5000),
    });
    expect(asked.status).toBe(413);
    expect(resumed).toEqual([]);
  });
});

test.each([
  '/../secret.png',
  '/assets/../../secret.png',
  '/api/runs/first/sheets/..%2f..%2f..%2fsecret.png',
  '/api/runs/first/sheets/../../../secret.png',
  '/api/runs/first/sheets/%2e%2e',
  '/api/runs/..%2f/sheets/secret.png',
  '/api/runs/%2e%2e/series',
  '/api/runs/first/sheets/leads-out.png',
  '/api/runs/first/sheets/config.json',
  '/api/runs/first/config.json',
  '/api/runs/first/analysis/%00.png',
  '/api/runs/%ff/series',
])('%s leads nowhere', async (path) => {
  symlinkSync(join(folder, 'secret.png'), join(runs(), 'first', 'samples', 'leads-out.png'));
  const { status, text } = await ask(path);
  expect(status).toBe(404);
  expect(text).not.toContain('secret\n');
  expect(text).not.toBe('secret');
});

test('a picture of a run is served, as what it is', async () => {
  const { status, text, headers } = await ask('/api/runs/first/sheets/00000010.png');
  expect([status, text, headers['content-type']]).toEqual([200, 'picture', 'image/png']);
});

test('a run that another process trains is followed; a line that was cut short waits for its rest', async () => {
  const log = join(runs(), 'first', 'events.jsonl');
  const stepsOf = async () =>
    (await asJson('/api/runs/first/series')).charts.find(({ title }: any) => title === 'Losses').steps;
  expect(await stepsOf()).toEqual([1, 2]);
  const line = event(3, { evidence: 'sigma grew', stabilizer: 'warn' });
  appendFileSync(log, line.slice(0, 9));
  expect(await stepsOf()).toEqual([1, 2]);
  appendFileSync(log, line.slice(9) + 'no event\n');
  expect(await stepsOf()).toEqual([1, 2, 3]);
  const detail = await asJson('/api/runs/first');
  expect(detail).toMatchObject({ step: 3, steps: 100, status: 'stopped', damagedLines: 1 });
  expect(detail.evidence).toEqual([{ step: 3, kind: 'warn', text: 'sigma grew' }]);
  // A rollback cuts the log.
  writeFileSync(log, event(1));
  expect(await stepsOf()).toEqual([1]);
});

test('streams tell every tab of new events, and of a run that is gone', async () => {
  const told: string[][] = [[], []];
  const streams = told.map(
    (texts) =>
      new Promise<() => void>((resolve) => {
        const sent = httpRequest(
          { host: '127.0.0.1', port: serving.port, path: '/api/runs/first/stream', agent: false },
          (response) => {
            response.on('data', (piece: Buffer) => texts.push(piece.toString()));
            response.on('error', () => undefined);
            resolve(() => response.destroy());
          },
        );
        sent.end();
      }),
  );
  const closers = await Promise.all(streams);
  const until = async (text: string): Promise<void> => {
    for (let i = 0; i < 100 && !told.every((texts) => texts.join('').includes(text)); i++)
      await new Promise((resolve) => setTimeout(resolve, 100));
    for (const texts of told) expect(texts.join('')).toContain(text);
  };
  await until('event: hello');
  appendFileSync(join(runs(), 'first', 'events.jsonl'), event(7));
  await until('event: change\ndata: {"step":7}');
  renameSync(join(runs(), 'first'), join(runs(), 'renamed'));
  await until('event: gone');
  expect((await ask('/api/runs/first')).status).toBe(404);
  expect((await asJson('/api/runs')).runs.map(({ id }: any) => id)).toEqual(['renamed']);
  for (const close of closers) close();
});

test('a run folder that is half-written is shown with what is wrong', async () => {
  mkdirSync(join(runs(), 'half'));
  writeFileSync(join(runs(), 'half', 'config.json'), '{"steps": 1');
  mkdirSync(join(runs(), 'none'));
  const { runs: all } = await asJson('/api/runs');
  expect(all.map(({ id, status }: any) => [id, status])).toEqual([
    ['first', 'stopped'],
    ['half', 'damaged'],
  ]);
  expect(all[1].problem).toContain('expected JSON');
  expect((await asJson('/api/runs/half')).config).toBeNull();
  expect((await asJson('/api/runs/half/series')).charts).toEqual([]);
});

test('a folder of runs that is gone, or a single run', async () => {
  rmSync(runs(), { recursive: true });
  expect((await asJson('/api/runs')).runs).toEqual([]);
  const run = makeRun('alone', event(1));
  const one = await serve({ runs: run, port: 0, pages: join(folder, 'pages') });
  const { text } = await ask('/api/runs', { port: one.port });
  expect(JSON.parse(text).runs.map(({ id }: any) => id)).toEqual(['alone']);
  await one.close();
});

test('a port in use, and a page that was not built, are named', async () => {
  const pages = join(folder, 'pages');
  await expect(serve({ runs: runs(), port: serving.port, pages })).rejects.toMatchObject({
    code: 'PORT_IN_USE',
  });
  await expect(serve({ runs: runs(), port: 0, pages: folder })).rejects.toMatchObject({
    code: 'DASHBOARD_NOT_BUILT',
  });
});

test('a checkpoint is asked of a run in training, with the token', async () => {
  const run = join(runs(), 'first');
  const asked = (headers = authorized()) => ask('/api/runs/first/checkpoint', { method: 'POST', headers });
  expect(JSON.parse((await asked()).text).code).toBe('RUN_NOT_RUNNING');
  const lock = await acquireRunLock(run);
  try {
    expect((await asked({})).status).toBe(401);
    expect(await takeCheckpointRequest(run)).toBe(false);
    expect((await asked()).status).toBe(200);
    expect(await takeCheckpointRequest(run)).toBe(true);
    expect(await takeCheckpointRequest(run)).toBe(false);
  } finally {
    await lock.release();
  }
});

test('a run that nobody trains here is not stopped', async () => {
  writeFileSync(
    join(runs(), 'first', '.lock-owner.json'),
    JSON.stringify({ pid: process.pid, host: 'elsewhere', startedAt: null }),
  );
  mkdirSync(join(runs(), 'first', '.lock'));
  const { status, text } = await ask('/api/runs/first/stop', { method: 'POST', headers: authorized() });
  expect([status, JSON.parse(text).code]).toEqual([409, 'RUN_NOT_RUNNING']);
});

describe('the playground', () => {
  /** Answers with what it was asked. */
  const echo = `
    process.on('disconnect', () => process.exit());
    process.on('message', (question) => process.send(
      question.picture?.first === 'moon'
        ? { error: { code: 'UNKNOWN_CLASS', kind: 'usage', message: 'class: got moon', hint: 'Name one.' } }
        : { value: question.kind === 'picture'
          ? { images: new Uint8Array([1, 2, 3]), count: 1, width: 1, height: 1, channels: 3, milliseconds: 5 }
          : question }));`;
  const wanted = { step: 4, weights: { kind: 'ema' } };
  const picture = { kind: 'grid', first: 'a', second: 'b', share: 0, truncation: null, seed: 1, count: 4 };
  let playing: Serving;
  beforeEach(async () => {
    const playground = join(folder, 'program.js');
    writeFileSync(playground, echo);
    playing = await serve({ runs: runs(), port: 0, pages: join(folder, 'pages'), playground });
  });
  afterEach(() => playing.close());
  const play = (what: string, body: object | string, headers?: Record<string, string>) =>
    ask(`/api/runs/first/playground/${what}`, {
      method: 'POST',
      headers: headers ?? { authorization: `Bearer ${playing.token}` },
      body: typeof body === 'string' ? body : JSON.stringify(body),
      port: playing.port,
    });

  test('what is asked comes back, of the run in its folder', async () => {
    const about = await play('about', { client: 'a', wanted });
    expect(about.status).toBe(200);
    expect(JSON.parse(about.text)).toEqual({ kind: 'about', run: join(runs(), 'first'), wanted });
    const drawn = await play('picture', { client: 'a', wanted, picture });
    expect([drawn.status, drawn.text]).toEqual([200, '\u0001\u0002\u0003']);
    expect(JSON.parse(String(drawn.headers['ganymede-picture']))).toEqual({
      ...{ count: 1, width: 1, height: 1, channels: 3, milliseconds: 5 },
    });
    const checkpoints = await ask('/api/runs/first/checkpoints', { port: playing.port });
    expect(JSON.parse(checkpoints.text)).toEqual({ run: join(runs(), 'first'), steps: [] });
  });

  test('nothing is drawn without the token, for another page, or of another folder', async () => {
    const request = { client: 'a', wanted, picture };
    expect((await play('picture', request, {})).status).toBe(401);
    expect((await play('picture', request, authorized())).status).toBe(401);
    const headers = { authorization: `Bearer ${playing.token}`, origin: 'http://evil.example' };
    expect((await play('picture', request, headers)).status).toBe(403);
    const at = { method: 'POST', headers: { authorization: `Bearer ${playing.token}` }, port: playing.port };
    const body = JSON.stringify(request);
    const outside = await ask('/api/runs/..%2fruns%2ffirst/playground/picture', { ...at, body });
    expect([outside.status, JSON.parse(outside.text).code]).toEqual([404, 'RUN_NOT_FOUND']);
    rmSync(join(runs(), 'first'), { recursive: true });
    const gone = await play('picture', request);
    expect([gone.status, JSON.parse(gone.text).code]).toEqual([404, 'RUN_NOT_FOUND']);
  });

  test.each([
    ['not json', 'about'],
    [{ wanted }, 'about'],
    [{ client: 'a', wanted: { ...wanted, run: '/etc' } }, 'about'],
    [{ client: 'a', wanted: { step: -1, weights: { kind: 'ema' } } }, 'about'],
    [{ client: 'a', wanted, picture: { ...picture, count: 37 } }, 'picture'],
    [{ client: 'a', wanted, picture: { ...picture, seed: 0.5 } }, 'picture'],
    [
      { client: 'a', wanted, picture: { ...picture, kind: 'walk', count: undefined, toSeed: 1, steps: 99 } },
      'picture',
    ],
    [
      {
        client: 'a',
        wanted,
        picture: {
          ...picture,
          kind: 'direction',
          count: undefined,
          direction: 'd',
          extent: 1,
          images: 6,
          steps: 7,
        },
      },
      'picture',
    ],
    [
      { client: 'a', wanted, picture: { ...picture, truncation: { convention: 'other', threshold: 1 } } },
      'picture',
    ],
  ])('%j is refused as a request for %s', async (body, what) => {
    const { status, text } = await play(what, body);
    expect([status, JSON.parse(text).code]).toEqual([400, 'BAD_REQUEST']);
  });

  test('errors have their code, a long body and an unknown request are refused', async () => {
    const moon = await play('picture', { client: 'a', wanted, picture: { ...picture, first: 'moon' } });
    expect([moon.status, JSON.parse(moon.text)]).toEqual([
      400,
      { error: 'class: got moon', code: 'UNKNOWN_CLASS', hint: 'Name one.' },
    ]);
    expect((await play('picture', 'x'.repeat(5000))).status).toBe(413);
    expect((await play('toString', {})).status).toBe(404);
    const without = await ask('/api/runs/first/playground/about', {
      method: 'POST',
      headers: authorized(),
      body: JSON.stringify({ client: 'a', wanted }),
    });
    expect([without.status, JSON.parse(without.text).code]).toEqual([404, 'PLAYGROUND_UNAVAILABLE']);
  });
});
