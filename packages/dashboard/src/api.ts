import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { GanymedeError } from '@ganymede/core';
import { checkpointSteps, isRun, requestCheckpoint, runLayout } from '@ganymede/checkpoints';
import { chartSeries } from './charts.js';
import { fileIn, RunFinder } from './find-runs.js';
import { PlaygroundApi } from './playground/playground-api.js';
import { PlaygroundProcess } from './playground/playground-process.js';
import { RunEvents } from './run-events.js';
import { detailOf, ownerOf, summaryOf } from './run-state.js';
import { readBody, sendError, sendFile, sendJson, statusOf } from './send.js';

/** Milliseconds between two looks at a run that somebody follows. */
const lookEvery = 1000;

/** What a dashboard asks: runs, their numbers, pictures, and that one ends or goes on. */
export class Api {
  private readonly finder: RunFinder;
  private readonly logs = new Map<string, RunEvents>();
  private readonly followers = new Map<string, Set<ServerResponse>>();
  private readonly timer: NodeJS.Timeout;
  private readonly drawing: PlaygroundProcess | null;
  private readonly playground: PlaygroundApi;

  /**
   * @param resume - goes on with a run; absent: the page does not offer it
   * @param playground - file of the program that makes pictures; absent: there is no playground
   */
  constructor(
    runs: string,
    private readonly resume?: ((run: string) => void) | undefined,
    playground?: string | undefined,
  ) {
    this.finder = new RunFinder(runs);
    this.drawing = playground === undefined ? null : new PlaygroundProcess({ program: playground });
    this.playground = new PlaygroundApi(this.drawing);
    // A log that cannot be read now is looked at again; it must not end the server.
    this.timer = setInterval(() => void this.look().catch(() => undefined), lookEvery).unref();
  }

  close(): void {
    clearInterval(this.timer);
    this.drawing?.close();
    for (const all of this.followers.values()) for (const response of all) response.end();
  }

  /** @param path - after `/api/` */
  async handle(
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
    query: URLSearchParams,
  ): Promise<void> {
    const body = request.method === 'POST' ? await readBody(request) : '';
    if (body === null) {
      sendError(response, 413, 'body: expected at most 4096 bytes, got more');
      return;
    }
    if (path === 'runs') {
      sendJson(response, await this.list());
      return;
    }
    const [, id = '', rest = ''] = /^runs\/([^/]+)(?:\/(.+))?$/.exec(path) ?? [];
    const name = decode(id);
    const run = name === null ? null : await this.finder.path(name);
    if (name === null || run === null) {
      sendError(response, 404, noSuchRun(name ?? id));
      return;
    }
    if (request.method === 'POST') {
      const [, played] = /^playground\/(\w+)$/.exec(rest) ?? [];
      if (played === undefined) return this.change(response, run, rest);
      return this.play(response, run, played, body);
    }
    const events = this.eventsOf(run);
    switch (rest) {
      case '':
        await events.refresh();
        {
          sendJson(response, {
            ...(await detailOf(name, run, events)),
            canResume: this.resume !== undefined,
            canPlay: this.drawing !== null,
          });
          return;
        }
      case 'checkpoints':
        sendJson(response, { run, steps: await checkpointSteps(run) });
        return;
      case 'series': {
        await events.refresh();
        const number = (key: string, otherwise: number): number => {
          const value = Number(query.get(key) ?? otherwise);
          return Number.isFinite(value) ? value : otherwise;
        };
        const pixels = Math.min(2000, Math.max(10, Math.round(number('pixels', 400))));
        const [from, to] = [number('from', 0), number('to', Number.MAX_SAFE_INTEGER)];
        sendJson(response, {
          revision: events.revision,
          charts: chartSeries(events, { pixels, from, to }),
        });
        return;
      }
      case 'stream': {
        this.follow(response, run);
        return;
      }
      default:
        return this.file(response, run, rest);
    }
  }

  private async list(): Promise<unknown> {
    const runs = [];
    // One after the other: two hundred logs at once would be as many open files.
    for (const { id, path: run } of await this.finder.all()) {
      const events = this.eventsOf(run);
      await events.refresh();
      runs.push(await summaryOf(id, run, events));
    }
    return { folder: this.finder.folder, runs, canResume: this.resume !== undefined };
  }

  private async file(response: ServerResponse, run: string, rest: string): Promise<void> {
    const [, part, name] = /^(sheets|analysis)\/([^/]+)$/.exec(rest) ?? [];
    const folder = part === 'sheets' ? runLayout.samples : runLayout.analysis;
    const plain = name === undefined ? null : decode(name);
    const path = plain === null ? null : await fileIn(join(run, folder), plain, /\.(png|svg)$/);
    if (path === null) {
      sendError(response, 404, 'no such file of a run');
      return;
    }
    return sendFile(response, path);
  }

  private async change(response: ServerResponse, run: string, what: string): Promise<void> {
    const owner = await ownerOf(run);
    if (what === 'stop' || what === 'checkpoint') {
      if (!owner) {
        sendError(response, 409, runNotRunning(run));
        return;
      }
      if (what === 'checkpoint') {
        await requestCheckpoint(run);
        sendJson(response, { asked: owner.pid });
        return;
      }
      // As Ctrl-C does: the run ends after its step, with a checkpoint.
      process.kill(owner.pid, 'SIGTERM');
      sendJson(response, { stopping: owner.pid });
      return;
    }
    if (what === 'resume' && this.resume) {
      if (owner) {
        sendError(response, 409, `process ${owner.pid} trains the run already`);
        return;
      }
      this.resume(run);
      sendJson(response, { resuming: true });
      return;
    }
    sendError(response, 404, `${what}: no such request`);
  }

  /** A page is told what is wrong with its request, a run or the machine as the command line would be. */
  private async play(response: ServerResponse, run: string, what: string, body: string): Promise<void> {
    try {
      if (!(await this.playground.handle(response, run, what, body)))
        sendError(response, 404, `playground ${what}: no such request`);
    } catch (error) {
      sendError(response, statusOf(error), error);
    }
  }

  private eventsOf(run: string): RunEvents {
    let events = this.logs.get(run);
    if (!events) this.logs.set(run, (events = new RunEvents(join(run, runLayout.events))));
    return events;
  }

  private follow(response: ServerResponse, run: string): void {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(`retry: 2000\nevent: hello\ndata: {}\n\n`);
    const all = this.followers.get(run) ?? new Set();
    this.followers.set(run, all.add(response));
    response.on('close', () => {
      all.delete(response);
      if (all.size === 0) this.followers.delete(run);
    });
  }

  /** One look at each run that is followed, whoever many follow it. */
  private async look(): Promise<void> {
    for (const [run, all] of this.followers) {
      const events = this.eventsOf(run);
      const isThere = await isRun(run).catch(() => false);
      const isNew = isThere && (await events.refresh());
      const told = !isThere
        ? { name: 'gone', data: {} }
        : isNew
          ? { name: 'change', data: { step: events.lastStep } }
          : null;
      // A comment keeps the connection open.
      const text = told ? `event: ${told.name}\ndata: ${JSON.stringify(told.data)}\n\n` : ': \n\n';
      for (const response of all) response.write(text);
    }
  }
}

function noSuchRun(name: string): GanymedeError {
  return new GanymedeError(
    'RUN_NOT_FOUND',
    `run ${name}: no such run here; it may have been renamed or deleted`,
    {
      kind: 'missing',
    },
  );
}

function runNotRunning(run: string): GanymedeError {
  return new GanymedeError(
    'RUN_NOT_RUNNING',
    `${run}: expected a process of this machine that trains it, got none`,
    { kind: 'missing', hint: 'It has ended, or another machine trains it.' },
  );
}

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
