import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { GanymedeError } from '@ganymede/core';
import { systemError } from '@ganymede/files';
import { cookieOf, refusalOf, type Guard } from './guard.js';
import { Api } from './api.js';
import { sendError, sendFile } from './send.js';

export interface ServeOptions {
  /** Folder of runs, or of one run. */
  readonly runs: string;
  /** 0: any that is free. */
  readonly port: number;
  /** Address to listen on; this machine's own by default. */
  readonly host?: string;
  /** Folder of the built page, if not this package's own. */
  readonly pages?: string;
  /** Goes on with a run, as a process of its own; absent: the page does not offer it. */
  readonly resume?: (run: string) => void;
  /** File of the program that makes pictures of runs, with `answerQuestions`; absent: the page has no playground. */
  readonly playground?: string;
}

export interface Serving {
  /** To be opened, with the token. */
  readonly address: string;
  readonly port: number;
  readonly token: string;
  close(): Promise<void>;
}

const loopback = new Set(['127.0.0.1', '::1', 'localhost']);

/** The built page, in this package. */
const pageFolder = join(__dirname, '..', 'pages');

const securityHeaders = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
};

/**
 * Serves the dashboard until it is closed. Only this machine reaches it unless `host` says otherwise; then reading needs
 * the token, too.
 * @throws PORT_IN_USE, DASHBOARD_NOT_BUILT
 */
export async function serve({
  runs,
  port,
  host = '127.0.0.1',
  resume,
  playground,
  pages = pageFolder,
}: ServeOptions): Promise<Serving> {
  if (!existsSync(join(pages, 'index.html')))
    throw new GanymedeError('DASHBOARD_NOT_BUILT', `${pages}: expected the built dashboard, got none`, {
      kind: 'missing',
      hint: 'In a clone type: npm run build',
    });
  const token = randomBytes(24).toString('base64url');
  const api = new Api(runs, resume, playground);
  const server = createServer();
  const actual = await listen(server, port, host);
  const names = loopback.has(host) ? [...loopback] : [...loopback, host];
  const guard: Guard = {
    hosts: new Set(names.map((name) => `${name.includes(':') ? `[${name}]` : name}:${actual}`)),
    token,
    readsNeedToken: !loopback.has(host),
  };
  server.on('request', (request, response) => {
    handle(request, response, { guard, api, pages }).catch((error: unknown) =>
      sendError(response, 500, error),
    );
  });
  const shown = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return {
    address: `http://${shown.includes(':') ? `[${shown}]` : shown}:${actual}/#token=${token}`,
    port: actual,
    token,
    close: async () => {
      api.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function listen(server: Server, port: number, host: string): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(systemError(error) ?? error));
    server.listen(port, host, resolve);
  });
  return (server.address() as { port: number }).port;
}

async function handle(
  request: IncomingMessage,
  response: ServerResponse,
  { guard, api, pages }: { readonly guard: Guard; readonly api: Api; readonly pages: string },
): Promise<void> {
  for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value);
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://server');
  const isPublic = !pathname.startsWith('/api/');
  const refusal = refusalOf(request, guard, isPublic);
  if (refusal) {
    sendError(response, refusal.status, refusal.message);
    return;
  }
  if (pathname === '/api/session' && request.method === 'POST') {
    response.setHeader('set-cookie', cookieOf(guard.token));
    response.writeHead(204).end();
    return;
  }
  if (!isPublic) return api.handle(request, response, pathname.slice('/api/'.length), searchParams);
  const name = pathname === '/' ? 'index.html' : pathname.slice(1);
  if (!/^(index\.html|assets\/[\w.-]+)$/.test(name)) {
    sendError(response, 404, `${pathname}: no such page`);
    return;
  }
  return sendFile(response, join(pages, name));
}
