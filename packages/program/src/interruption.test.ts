import { EventEmitter } from 'node:events';
import { Interruption, stopSignals } from './interruption.js';

class Source extends EventEmitter {
  readonly pid = 77;
  readonly killed: unknown[] = [];

  /** Nobody may listen to what is to end the process. */
  kill(pid: number, name: string): void {
    this.killed.push([pid, name, this.listenerCount(name)]);
  }
}

function made() {
  const source = new Source();
  const told: string[] = [];
  const clock = { now: 1000 };
  const interruption = new Interruption(
    source,
    (name) => told.push(name),
    () => clock.now,
  );
  return { source, told, clock, interruption };
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

test.each(stopSignals)('the first %s asks for an end, the second ends the process', (name) => {
  const { source, told, clock, interruption } = made();
  interruption.listen();
  expect(interruption.signal.aborted).toBe(false);
  expect(interruption.received).toBeNull();
  source.emit(name);
  expect(interruption.signal.aborted).toBe(true);
  expect(interruption.received).toBe(name);
  clock.now += 2000;
  interruption.listen();
  source.emit('SIGTERM');
  expect(told).toEqual([name]);
  expect(source.killed).toEqual([[77, 'SIGTERM', 0]]);
});

test('one press that npm hands on a second time is one press', () => {
  const { source, told, clock, interruption } = made();
  interruption.listen();
  source.emit('SIGINT');
  clock.now += 30;
  source.emit('SIGINT');
  expect([told, source.killed]).toEqual([['SIGINT'], []]);
});
