import { connect, createServer, type Server, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { hostAndPort, type Clock, type WorkersSpec } from '@ganymede/core';
import { workerAddressTaken, workerOutdated, workersMissing } from './errors.js';

export interface RollCallOptions extends WorkersSpec {
  readonly clock: Clock;
  /** How long they may take to come. */
  readonly seconds?: number;
  /** Which start a process that works already takes part in, by its address; null where none says. */
  readonly generationAt?: ((address: string) => Promise<number | null>) | undefined;
}

/** What a process says of itself, a JSON object in a line. */
interface Answer {
  readonly rank: number;
  readonly generation: number;
}

/** What rank 0 says to it. */
type Verdict =
  | { readonly kind: 'all here' }
  | { readonly kind: 'outdated'; readonly current: number }
  | { readonly kind: 'missing'; readonly ranks: readonly number[] };

/** Between two tries. */
const pauseMilliseconds = 200;

/**
 * Comes before the backend listens: every process answers to rank 0, at its address, with its rank and generation. One of an older start
 * is refused by name and does nothing to the others; rank 0 waits for the right one. A process whose address is still taken, by an older one
 * that is halted, waits until it is free. One that comes while the others work asks them which start they are of.
 *
 * @throws WORKER_OUTDATED in the process that is too old, rank 0 too; WORKER_ADDRESS_TAKEN, WORKERS_MISSING when the time is over
 */
export async function rollCall({
  addresses,
  rank,
  generation = 0,
  clock,
  seconds = 120,
  generationAt = async () => null,
}: RollCallOptions): Promise<void> {
  const end = clock.monotonic() + seconds * 1000;
  const isLate = (): boolean => clock.monotonic() >= end;
  const working: { generation: number | null } = { generation: null };
  /** After a try that was in vain. */
  const waited = async (): Promise<void> => {
    working.generation = await generationAt(addresses[0]!);
    if (working.generation !== null && working.generation > generation)
      throw workerOutdated(rank, generation, working.generation);
    await pause();
  };
  const { server, close } = await listening(rank, addresses[rank]!, isLate, waited);
  const missing = (ranks: readonly number[]) =>
    workersMissing(
      ranks.map((one) => `rank ${one} at ${addresses[one]}`),
      seconds,
      working.generation === generation,
    );
  try {
    if (rank === 0) {
      const absent = await callAll(server, { size: addresses.length, generation, isLate });
      if (absent.length > 0) throw missing(absent);
      return;
    }
  } finally {
    await close();
  }
  for (;;) {
    const verdict = await answerTo(addresses[0]!, { rank, generation }, isLate);
    if (verdict?.kind === 'all here') return;
    if (verdict?.kind === 'outdated') throw workerOutdated(rank, generation, verdict.current);
    if (verdict?.kind === 'missing') throw missing(verdict.ranks);
    if (isLate()) throw missing([0]);
    await waited();
  }
}

interface Listening {
  readonly server: Server;
  /** Leaves nobody connected. */
  readonly close: () => Promise<void>;
}

/** Listens at a process's own address. @throws WORKER_ADDRESS_TAKEN, and what `waited` throws */
async function listening(
  rank: number,
  address: string,
  isLate: () => boolean,
  waited: () => Promise<void>,
): Promise<Listening> {
  const { port } = hostAndPort(address);
  for (;;) {
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.once('close', () => sockets.delete(socket));
    });
    const failure = await new Promise<Error | null>((resolve) => {
      server.once('error', resolve);
      server.listen(port, () => resolve(null));
    });
    const close = (): Promise<void> => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => void server.close(() => resolve()));
    };
    if (failure === null) return { server, close };
    if (isLate()) throw workerAddressTaken(rank, address, failure.message);
    await waited();
  }
}

/**
 * Rank 0's side.
 * @returns the ranks that have not come in time; none where all are here, which all have been told
 * @throws WORKER_OUTDATED where another process is newer
 */
async function callAll(
  server: Server,
  {
    size,
    generation,
    isLate,
  }: { readonly size: number; readonly generation: number; readonly isLate: () => boolean },
): Promise<readonly number[]> {
  const here = new Map<number, Socket>();
  const newer: { generation: number | null } = { generation: null };
  server.on('connection', (socket) => {
    firstLine(socket, (text) => {
      const answer = answerOf(text, size);
      // Whatever else comes to this port, an older process's backend for one, is not listened to.
      if (!answer) return socket.destroy();
      if (answer.generation < generation) return tell(socket, { kind: 'outdated', current: generation });
      if (answer.generation > generation) {
        newer.generation = answer.generation;
        return socket.destroy();
      }
      here.get(answer.rank)?.destroy();
      here.set(answer.rank, socket);
      return socket.once('close', () => {
        if (here.get(answer.rank) === socket) here.delete(answer.rank);
      });
    });
  });
  while (here.size < size - 1 && newer.generation === null && !isLate()) await pause();
  if (newer.generation !== null) throw workerOutdated(0, generation, newer.generation);
  const absent = Array.from({ length: size - 1 }, (_, i) => i + 1).filter((one) => !here.has(one));
  const verdict: Verdict = absent.length > 0 ? { kind: 'missing', ranks: absent } : { kind: 'all here' };
  await Promise.all([...here.values()].map((socket) => tell(socket, verdict)));
  return absent;
}

/** What rank 0 says; null where nobody is there, or somebody else. */
function answerTo(address: string, answer: Answer, isLate: () => boolean): Promise<Verdict | null> {
  const socket = connect(hostAndPort(address));
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      if (isLate()) over(null);
    }, pauseMilliseconds);
    const over = (verdict: Verdict | null): void => {
      clearInterval(timer);
      socket.destroy();
      resolve(verdict);
    };
    socket.once('connect', () => socket.write(`${JSON.stringify(answer)}\n`));
    firstLine(socket, (text) => over(verdictOf(text)));
    socket.once('error', () => over(null));
    socket.once('close', () => over(null));
  });
}

function firstLine(socket: Socket, heard: (text: string) => unknown): void {
  const lines = createInterface({ input: socket });
  lines.on('error', () => undefined);
  lines.once('line', heard);
}

/** Resolves when the other side has it and is gone. */
function tell(socket: Socket, verdict: Verdict): Promise<void> {
  return new Promise((resolve) => {
    socket.once('close', () => resolve());
    socket.end(`${JSON.stringify(verdict)}\n`);
    socket.setTimeout(2000, () => socket.destroy());
  });
}

function answerOf(text: string, size: number): Answer | null {
  const { rank, generation } = membersOf(text);
  return isWhole(rank) && isWhole(generation) && rank >= 1 && rank < size ? { rank, generation } : null;
}

function verdictOf(text: string): Verdict | null {
  const { kind, current, ranks } = membersOf(text);
  if (kind === 'all here') return { kind };
  if (kind === 'outdated' && isWhole(current)) return { kind, current };
  return kind === 'missing' && Array.isArray(ranks) && ranks.every(isWhole) ? { kind, ranks } : null;
}

const isWhole = (value: unknown): value is number => Number.isSafeInteger(value);

/** The members of a JSON object; none where the text is something else. */
function membersOf(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, pauseMilliseconds));
