import type { ProfileLine } from './read-xspace.js';

/** Time that TensorFlow's kernels of one kind took. */
export interface OpTime {
  readonly op: string;
  readonly calls: number;
  /** From begin to end of each call; calls that ran at the same time count both. */
  readonly milliseconds: number;
}

/** Kernels run on the threads that TensorFlow schedules ops on; other lines hold parts of the same work. */
const scheduler = /^tf_Compute/;
/** `<node>:<type>`, as the executor names what it runs. */
const kernel = /^[^:]+:(\w+)$/;
/** What runs machine code that XLA made of an element-wise expression. */
const compiledExpression = 'CpuExecutable::ExecuteAsyncOnStream';

/** Kernels by kind, those that took longest first; expressions that `pointwise` compiled are the kind `Pointwise`. */
export function opTimes(lines: readonly ProfileLine[]): OpTime[] {
  const times = new Map<string, { calls: number; milliseconds: number }>();
  for (const { name, events } of lines) {
    if (!scheduler.test(name)) continue;
    for (const event of events) {
      const op = event.name === compiledExpression ? 'Pointwise' : kernel.exec(event.name)?.[1];
      if (op === undefined) continue;
      const { calls, milliseconds } = times.get(op) ?? { calls: 0, milliseconds: 0 };
      times.set(op, { calls: calls + 1, milliseconds: milliseconds + event.durationMicroseconds / 1e3 });
    }
  }
  return [...times].map(([op, time]) => ({ op, ...time })).sort((a, b) => b.milliseconds - a.milliseconds);
}
