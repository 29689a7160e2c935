import { EventEmitter } from 'node:events';
import { listenForInterruption } from './interruption.js';

function listen() {
  const source = new EventEmitter();
  const told: string[] = [];
  const clock = { now: 0 };
  const interruption = listenForInterruption(
    source,
    (name) => told.push(`first ${name}`),
    (name) => told.push(`force ${name}`),
    () => clock.now,
  );
  return { source, told, clock, interruption };
}

test('the first asks for an end, the second forces it', () => {
  const { source, told, clock, interruption } = listen();
  expect(interruption.signal.aborted).toBe(false);
  source.emit('SIGINT');
  expect(interruption.signal.aborted).toBe(true);
  expect(interruption.received).toBe('SIGINT');
  clock.now = 2000;
  source.emit('SIGTERM');
  expect(told).toEqual(['first SIGINT', 'force SIGTERM']);
  expect(interruption.received).toBe('SIGINT');
});

test('one press that npm hands on a second time is one press', () => {
  const { source, told, clock } = listen();
  source.emit('SIGINT');
  clock.now = 30;
  source.emit('SIGINT');
  expect(told).toEqual(['first SIGINT']);
});

test('dispose leaves no listener behind', () => {
  const { source, interruption } = listen();
  interruption.dispose();
  expect(source.eventNames()).toEqual([]);
});
