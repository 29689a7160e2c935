import { EventEmitter } from 'node:events';
import { Interruption, samePressMilliseconds, stopSignals } from './interruption.js';

function made() {
  const source = new EventEmitter();
  const told: string[] = [];
  const timers: [callback: () => void, milliseconds: number][] = [];
  const turns: (() => void)[] = [];
  const interruption = new Interruption(
    source,
    (name) => told.push(name),
    (...timer) => timers.push(timer),
    (callback) => turns.push(callback),
    (name) => told.push(`force ${name}`),
  );
  return { source, told, timers, turns, interruption };
}

test('nobody listens before there is something to save, nor after', () => {
  const { source, interruption } = made();
  expect(source.eventNames()).toEqual([]);
  interruption.listen();
  interruption.listen();
  expect(source.eventNames()).toEqual([...stopSignals]);
  for (const name of stopSignals) expect(source.listenerCount(name)).toBe(1);
  interruption.ignore();
  expect(source.eventNames()).toEqual([]);
});

test.each(stopSignals)('the first %s asks for an end; then the system ends the process', (name) => {
  const { source, told, timers, turns, interruption } = made();
  interruption.listen();
  expect(interruption.signal.aborted).toBe(false);
  source.emit(name);
  expect(interruption.signal.aborted).toBe(true);
  expect(interruption.received).toBe(name);
  // One press that npm or a shell hands on a second time is one press.
  source.emit('SIGINT');
  expect(told).toEqual([name]);
  const [[callback, milliseconds]] = timers as [(typeof timers)[number]];
  expect(milliseconds).toBe(samePressMilliseconds);
  callback();
  turns[0]!();
  expect(source.eventNames()).toEqual([]);
  interruption.listen();
  expect(source.eventNames()).toEqual([]);
});

test('a second one that came while the thread was busy forces the end', () => {
  const { source, told, timers, interruption } = made();
  interruption.listen();
  source.emit('SIGTERM');
  timers[0]![0]();
  source.emit('SIGINT');
  expect(told).toEqual(['SIGTERM', 'force SIGINT']);
  expect(source.eventNames()).toEqual([]);
});
