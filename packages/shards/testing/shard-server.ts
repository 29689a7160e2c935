import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

export interface ServedRequest {
  readonly url: string;
  readonly range: string | undefined;
}

/** What a server does with a request instead of answering it; null: it answers. */
export type Fault = 'status 503' | 'status 404' | 'status 403' | 'cut off' | 'silent' | 'flipped' | null;

/** Files of a folder over HTTP, as a static server gives them, and faults when a test wants some. */
export class ShardServer {
  readonly requests: ServedRequest[] = [];
  fault: (request: ServedRequest) => Fault = () => null;
  ranges = true;
  private readonly server: Server;

  private constructor(private readonly folder: string) {
    this.server = createServer((request, response) => void this.answer(request, response));
  }

  static async start(folder: string): Promise<ShardServer> {
    const made = new ShardServer(folder);
    await new Promise<void>((resolve) => made.server.listen(0, '127.0.0.1', resolve));
    return made;
  }

  get address(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** Requests for whole files or parts of them, those for one byte not counted. */
  requestsFor(file: string): readonly ServedRequest[] {
    return this.requests.filter(({ url, range }) => url === `/${file}` && range !== 'bytes=0-0');
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const range = this.ranges ? request.headers.range : undefined;
    const served = { url: request.url!.replace(/\?.*$/, ''), range: request.headers.range };
    this.requests.push(served);
    const fault = this.fault(served);
    if (fault === 'silent') return;
    const path = join(this.folder, served.url);
    const about = await stat(path).catch(() => null);
    if (fault?.startsWith('status') || about === null) {
      response.writeHead(about === null ? 404 : Number(fault!.split(' ')[1])).end();
      return;
    }
    const [, from = '0', to = ''] = /^bytes=(\d+)-(\d*)$/.exec(range ?? '') ?? [];
    const start = Number(from);
    const end = to === '' ? about.size - 1 : Math.min(Number(to), about.size - 1);
    response.writeHead(range === undefined ? 200 : 206, {
      'content-length': end - start + 1,
      etag: `"${about.size}-${about.mtimeMs}"`,
      ...(range !== undefined && { 'content-range': `bytes ${start}-${end}/${about.size}` }),
    });
    const stream = createReadStream(path, { start, end, highWaterMark: 4096 });
    let sent = 0;
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      if (fault === 'flipped' && sent === 0) chunk[chunk.length >> 1]! ^= 1;
      if (fault === 'cut off' && sent >= (end - start) / 2) {
        response.destroy();
        return;
      }
      sent += chunk.length;
      if (!response.write(chunk)) await new Promise((resolve) => response.once('drain', resolve));
    }
    response.end();
  }
}
