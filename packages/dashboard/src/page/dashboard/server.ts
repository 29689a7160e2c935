import type { ChartSeries } from '../../charts.js';
import type { RunDetail, RunSummary } from '../../run-state.js';

export type { ChartSeries, RunDetail, RunSummary };

/** The token of the address that serve printed; kept for this tab, and out of the address bar. */
function takeToken(): string | null {
  const [, token] = /[#&]token=([\w-]+)/.exec(location.hash) ?? [];
  if (token !== undefined) {
    sessionStorage.setItem('ganymede-token', token);
    history.replaceState(null, '', location.pathname + location.search);
  }
  return sessionStorage.getItem('ganymede-token');
}

const token = takeToken();
export const hasToken = token !== null;

/** What is wrong, in the words of the server. */
async function problemOf(response: Response): Promise<Error> {
  const { error, code, hint } = (await response.json().catch(() => ({}))) as {
    error?: string;
    code?: string;
    hint?: string;
  };
  const text = [error ?? `status ${response.status}`, hint].filter(Boolean).join(' ');
  return new Error(code === undefined ? text : `${code}: ${text}`);
}

async function answerOf<T>(response: Response): Promise<T> {
  if (!response.ok) throw await problemOf(response);
  return (response.status === 204 ? undefined : await response.json()) as T;
}

async function ask(path: string, options: RequestInit = {}): Promise<Response> {
  const headers = token === null ? {} : { authorization: `Bearer ${token}` };
  try {
    return await fetch(`/api/${path}`, { ...options, headers });
  } catch (error) {
    if (error instanceof DOMException) throw error;
    throw new Error('The server does not answer. Is ganymede serve still running?');
  }
}

export const get = async <T>(path: string, signal?: AbortSignal): Promise<T> =>
  answerOf<T>(await ask(path, signal ? { signal } : {}));

/** @param body - JSON; none where the path says all */
export const post = async <T>(path: string, body?: string, signal?: AbortSignal): Promise<T> =>
  answerOf<T>(
    await ask(path, { method: 'POST', ...(body !== undefined && { body }), ...(signal && { signal }) }),
  );

/** As `post`, for an answer that is bytes, with headers that say of what. */
export async function postForBytes(
  path: string,
  body: string,
  signal: AbortSignal,
): Promise<{ readonly bytes: Uint8Array; readonly headers: Headers }> {
  const response = await ask(path, { method: 'POST', body, signal });
  if (!response.ok) throw await problemOf(response);
  return { bytes: new Uint8Array(await response.arrayBuffer()), headers: response.headers };
}

/** A cookie for pictures and streams, which send no header. */
export async function openSession(): Promise<void> {
  if (token !== null) await post('session');
}

export const playgroundAddress = (id: string): string => `#/runs/${encodeURIComponent(id)}/playground`;
export const runPath = (id: string): string => `runs/${encodeURIComponent(id)}`;
export const sheetAddress = (id: string, name: string): string => `/api/${runPath(id)}/sheets/${name}`;
