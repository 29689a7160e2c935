import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname } from 'node:path';
import { isGanymedeError } from '@ganymede/core';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
};

export function sendJson(response: ServerResponse, content: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify(content));
}

/** An error as a page shows it: what is wrong, and what to do. */
export function sendError(response: ServerResponse, status: number, error: unknown): void {
  if (response.headersSent) {
    response.end();
    return;
  }
  const message = error instanceof Error ? error.message : String(error);
  const coded = isGanymedeError(error) ? { code: error.code, hint: error.hint } : {};
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify({ error: message, ...coded }));
}

/** A small file, whole. */
export async function sendFile(response: ServerResponse, path: string): Promise<void> {
  const content = await readFile(path).catch(() => null);
  if (content === null) {
    sendError(response, 404, 'no such file');
    return;
  }
  response.writeHead(200, { 'content-type': types[extname(path)] ?? 'application/octet-stream' });
  response.end(content);
}

/** The status that goes with an error of the toolkit. */
export function statusOf(error: unknown): number {
  if (!isGanymedeError(error)) return 500;
  const byCode = { PLAYGROUND_SUPERSEDED: 409, PLAYGROUND_BUSY: 503 } as Readonly<Record<string, number>>;
  return byCode[error.code] ?? { usage: 400, missing: 404, data: 422, stopped: 500, failed: 500 }[error.kind];
}

/** Bytes of a request's body; nothing here needs more. */
const mostBody = 4096;

/** Reads a body to its end, so that the connection can go on. @returns null where it was too long */
export async function readBody(request: IncomingMessage): Promise<string | null> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    size += piece.length;
    if (size > mostBody) return null;
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}
