import { BarReporter } from './bar.js';
import { JsonReporter } from './json.js';
import { LineReporter } from './lines.js';
import type { RunReporter } from './reporter.js';

export interface ReporterOptions {
  readonly json: boolean;
  /** Steps between two JSON lines. */
  readonly every: number;
  readonly stream: NodeJS.WriteStream;
  /** Milliseconds of a monotonic clock. */
  readonly now: () => number;
}

/** JSON lines if asked for, a bar on a terminal, else plain lines. */
export function chooseReporter({ json, every, stream, now }: ReporterOptions): RunReporter {
  const write = (line: string): void => void stream.write(`${line}\n`);
  if (json) return new JsonReporter(write, every);
  return stream.isTTY ? new BarReporter(stream) : new LineReporter(write, now);
}
