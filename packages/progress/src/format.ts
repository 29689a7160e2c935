import { cautionLine } from '@ganymede/core';
import type { RunEvent } from '@ganymede/toolkit';
import { relative } from 'node:path';

/** `1 h 05 min`, `4 min 30 s`, `12 s`. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  const two = (value: number): string => String(value).padStart(2, '0');
  if (hours > 0) return `${hours} h ${two(minutes)} min`;
  return minutes > 0 ? `${minutes} min ${two(whole % 60)} s` : `${whole} s`;
}

export function formatRate(imagesPerSecond: number): string {
  return `${imagesPerSecond.toFixed(imagesPerSecond < 10 ? 1 : 0)} images/s`;
}

/** The losses among a step's numbers, each with three digits: `D.lossReal 0.913`. */
export function formatLosses(losses: Readonly<Record<string, number>>): string {
  return Object.entries(losses)
    .filter(([name]) => /loss/i.test(name))
    .slice(0, 4)
    .map(([name, value]) => `${name} ${value.toFixed(3)}`)
    .join('  ');
}

export function formatBytes(bytes: number): string {
  return bytes < 1e9 ? `${Math.round(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(2)} GB`;
}

/** A step in one line. */
export function stepLine({
  step,
  steps,
  imagesPerSecond,
  secondsLeft,
  losses,
}: RunEvent & { readonly kind: 'step' }): string {
  const left = step < steps ? `${formatDuration(secondsLeft)} left` : 'done';
  return [`step ${step}/${steps}`, formatRate(imagesPerSecond), formatLosses(losses), left]
    .filter((part) => part !== '')
    .join('  ');
}

/** An event that is neither a step nor a phase, in words. */
export function eventText(event: Exclude<RunEvent, { kind: 'step' | 'phase' }>): string {
  switch (event.kind) {
    case 'note':
      return event.text;
    case 'evaluation':
      return evaluationLine(event);
    case 'profile':
      return `profile ${shownPath(event.path)}\n${opTable(event.ops)}`;
    default:
      return `${event.kind} ${shownPath(event.path)}`;
  }
}

const opsShown = 12;

/** The ops that took longest, their share of the time of all, and how often they ran. */
function opTable(ops: (RunEvent & { kind: 'profile' })['ops']): string {
  const total = ops.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  return ops
    .slice(0, opsShown)
    .map(({ op, calls, milliseconds }) =>
      [
        `${milliseconds.toFixed(1)} ms`.padStart(12),
        `${((100 * milliseconds) / total).toFixed(1)} %`.padStart(8),
        `${calls} x`.padStart(8),
        ` ${op}`,
      ].join(''),
    )
    .join('\n');
}

/** `1 run`, `2 runs`. @param many - where an s does not make it */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** A number of a metric: four digits, however large. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const magnitude = Math.abs(value);
  return magnitude !== 0 && (magnitude < 1e-3 || magnitude >= 1e6)
    ? value.toExponential(3)
    : String(Number(value.toPrecision(magnitude >= 1000 ? 6 : 4)));
}

function evaluationLine({
  step,
  numbers,
  cautions,
  isBest,
}: RunEvent & { readonly kind: 'evaluation' }): string {
  const shown = Object.entries(numbers).map(([name, value]) => `${name} ${formatNumber(value)}`);
  const line = `step ${step}: ${shown.join('  ')}${isBest ? ' (the best so far)' : ''}`;
  return [line, ...cautions.map((one) => `  caution: ${cautionLine(one)}`)].join('\n');
}

/** A path as the user would type it: from the current folder, where it lies below it. */
export function shownPath(path: string, folder = process.cwd()): string {
  const below = relative(folder, path);
  return below === '' || below.startsWith('..') ? path : below;
}
