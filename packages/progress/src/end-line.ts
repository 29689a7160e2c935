import type { SweepEvent } from '@ganymede/toolkit';
import { formatDuration, formatNumber } from './format.js';

/** How a run of a sweep ended, in a line; null for one that was done before. */
export function endLine(event: SweepEvent & { kind: 'end' }, secondsLeft: number | null): string | null {
  const place = `[${event.number}/${event.total}] ${event.run}`;
  const left =
    secondsLeft === null || event.number === event.total ? '' : `  ${formatDuration(secondsLeft)} left`;
  switch (event.state) {
    case 'skipped':
      return null;
    case 'done': {
      const numbers = Object.entries(event.numbers).map(([name, value]) => `${name} ${formatNumber(value)}`);
      return [`${place}: trained in ${formatDuration(event.seconds)}`, ...numbers].join('  ') + left;
    }
    case 'failed': {
      const { code, message } = event.error;
      return `${place}: failed${event.isOld ? ' at an earlier start' : ''}: ${code}: ${message}${left}`;
    }
    case 'elsewhere':
      return `${place}: another process works on it`;
    case 'interrupted':
      return `${place}: stopped after step ${event.step}`;
  }
}
