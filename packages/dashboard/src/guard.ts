import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** Who may ask, and for what. */
export interface Guard {
  /** Names that the server goes by, with the port: what a browser sends as `Host`. */
  readonly hosts: ReadonlySet<string>;
  readonly token: string;
  /** Whether reading needs the token too: where others than this machine reach the server. */
  readonly readsNeedToken: boolean;
}

/** Why a request is refused. */
export interface Refusal {
  readonly status: 401 | 403 | 405;
  readonly message: string;
}

const cookieName = 'ganymede-token';
export const cookieOf = (token: string): string =>
  `${cookieName}=${token}; HttpOnly; SameSite=Strict; Path=/`;

function isToken(given: string | undefined, token: string): boolean {
  const [a, b] = [Buffer.from(given ?? ''), Buffer.from(token)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function bearerOf({ headers }: IncomingMessage): string | undefined {
  return /^Bearer (\S+)$/.exec(headers.authorization ?? '')?.[1];
}

function cookieIn({ headers }: IncomingMessage): string | undefined {
  const pairs = (headers.cookie ?? '').split(/; */);
  return pairs.find((pair) => pair.startsWith(`${cookieName}=`))?.slice(cookieName.length + 1);
}

/**
 * Whether a request may go on. A foreign `Host` is a page that made its name point here (DNS rebinding), a foreign
 * `Origin` one that asks across sites; what changes a run needs the token in a header, which no other page can send.
 * @param isPublic - the page itself and its scripts, which hold nothing of a run and bring the token along
 * @returns null where it may
 */
export function refusalOf(request: IncomingMessage, guard: Guard, isPublic: boolean): Refusal | null {
  const { host, origin } = request.headers;
  if (!guard.hosts.has((host ?? '').toLowerCase()))
    return { status: 403, message: `Host ${host ?? '(none)'}: this server goes by another name` };
  if (origin !== undefined && origin.toLowerCase() !== `http://${(host ?? '').toLowerCase()}`)
    return { status: 403, message: `Origin ${origin}: expected this server's own` };
  if (request.method === 'POST')
    return isToken(bearerOf(request), guard.token)
      ? null
      : { status: 401, message: 'what changes a run needs the token of the address that serve printed' };
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return { status: 405, message: `method ${request.method ?? ''}: expected GET or POST` };
  if (isPublic || !guard.readsNeedToken) return null;
  return isToken(bearerOf(request), guard.token) || isToken(cookieIn(request), guard.token)
    ? null
    : { status: 401, message: 'open the address that serve printed, with its token' };
}
