import type { ExchangeReport } from '@ganymede/toolkit';
import { askProcesses } from './ask-processes.js';
import { exchangingBad } from './errors.js';
import { workerArguments } from './worker-arguments.js';
import type { WorkerCommandOptions } from './worker-commands.js';
import { isProcessAddress } from './worker-plan.js';

/** Processes between which an exchange is measured. */
export interface Exchanging {
  readonly count: number;
  /** `host:port` of each; null for free ones of this machine. */
  readonly addresses: readonly string[] | null;
}

/** The processes of `--between`, a number or addresses. @throws BAD_ARGUMENTS */
export function exchanging(between = '2'): Exchanging {
  if (/^\d+$/.test(between)) {
    const count = Number(between);
    if (count < 2 || count > 64) throw exchangingBad(between);
    return { count, addresses: null };
  }
  const addresses = between.split(',').map((one) => one.trim());
  if (addresses.length > 1 && addresses.every(isProcessAddress))
    return { count: addresses.length, addresses };
  throw exchangingBad(between);
}

/**
 * Starts processes that measure what sums over them take.
 * @param argv - words of the command `plan`, its name first
 */
export async function askExchange(
  argv: readonly string[],
  options: Exchanging & WorkerCommandOptions,
): Promise<ExchangeReport> {
  const answer = await askProcesses({
    ...options,
    argumentsOf: ({ addresses, rank }) => [
      ...workerArguments(argv),
      ...['--between', addresses.join(','), '--rank', String(rank), '--json'],
    ],
  });
  return answer as ExchangeReport;
}
