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

async function answerOf<T>(response: Response): Promise<T> {
  if (response.ok) return (response.status === 204 ? undefined : await response.json()) as T;
  const { error, hint } = (await response.json().catch(() => ({}))) as { error?: string; hint?: string };
  throw new Error([error ?? `status ${response.status}`, hint].filter(Boolean).join(' '));
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

export const post = async <T>(path: string): Promise<T> => answerOf<T>(await ask(path, { method: 'POST' }));

/** A cookie for pictures and streams, which send no header. */
export async function openSession(): Promise<void> {
  if (token !== null) await post('session');
}

export const runPath = (id: string): string => `runs/${encodeURIComponent(id)}`;
export const sheetAddress = (id: string, name: string): string => `/api/${runPath(id)}/sheets/${name}`;
