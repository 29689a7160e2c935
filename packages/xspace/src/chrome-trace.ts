import type { ProfileLine } from './read-xspace.js';

/** The trace event format that chrome://tracing and ui.perfetto.dev read, as JSON text. */
export function chromeTrace(lines: readonly ProfileLine[]): string {
  const traceEvents = lines.flatMap(({ name, events }, thread) => [
    { ph: 'M', pid: 1, tid: thread, name: 'thread_name', args: { name } },
    ...events
      .filter(({ durationMicroseconds }) => durationMicroseconds > 0)
      .map((event) => ({
        ph: 'X',
        pid: 1,
        tid: thread,
        name: event.name,
        ts: event.startMicroseconds,
        dur: event.durationMicroseconds,
        args: event.notes,
      })),
  ]);
  return JSON.stringify({ displayTimeUnit: 'ms', traceEvents });
}
