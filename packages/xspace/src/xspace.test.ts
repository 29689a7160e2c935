import Pbf from 'pbf';
import { chromeTrace, opTimes, readXSpace } from './index.js';

type Write = (pbf: Pbf) => void;
const message = (pbf: Pbf, field: number, write: Write): void =>
  pbf.writeMessage(field, (_: null, inner?: Pbf) => write(inner!), null);

/** Event metadata or stat metadata: an entry of a map. */
const named = (pbf: Pbf, field: number, id: number, name: string): void =>
  message(pbf, field, (entry) => {
    entry.writeVarintField(1, id);
    message(entry, 2, (one) => {
      one.writeVarintField(1, id);
      one.writeStringField(2, name);
    });
  });

interface Event {
  readonly metadata: number;
  readonly offset: number;
  readonly duration: number;
  readonly stats?: readonly Write[];
}

const line = (pbf: Pbf, name: string, start: number, events: readonly Event[]): void =>
  message(pbf, 3, (one) => {
    one.writeStringField(2, name);
    one.writeVarintField(3, start);
    for (const { metadata, offset, duration, stats = [] } of events)
      message(one, 4, (event) => {
        event.writeVarintField(1, metadata);
        event.writeVarintField(2, offset);
        event.writeVarintField(3, duration);
        for (const stat of stats) message(event, 4, stat);
      });
  });

/** Two threads that run kernels, one that does something else, and one without events. */
function profile(): Uint8Array {
  const pbf = new Pbf();
  message(pbf, 1, (plane) => {
    plane.writeStringField(2, '/host:CPU');
    named(plane, 4, 1, 'conv_1:_MklNativeConv2D');
    named(plane, 4, 2, 'add:AddV2');
    named(plane, 4, 3, 'CpuExecutable::ExecuteAsyncOnStream');
    named(plane, 5, 1, 'tf_op');
    named(plane, 5, 2, 'D/conv_1');
    named(plane, 5, 3, 'bytes');
    named(plane, 5, 4, 'share');
    const reference: Write = (stat) => {
      stat.writeVarintField(1, 1);
      stat.writeVarintField(7, 2);
    };
    const bytes: Write = (stat) => {
      stat.writeVarintField(1, 3);
      stat.writeVarintField(3, 4096);
    };
    const share: Write = (stat) => {
      stat.writeVarintField(1, 4);
      stat.writeDoubleField(2, 0.25);
    };
    line(plane, 'tf_Compute/1', 5_000, [
      { metadata: 2, offset: 4e9, duration: 5e8 },
      { metadata: 1, offset: 1e9, duration: 2e9, stats: [reference, bytes, share] },
    ]);
    line(plane, 'tf_Compute/2', 2_000, [
      { metadata: 1, offset: 0, duration: 3e9 },
      { metadata: 3, offset: 3e9, duration: 1e9 },
    ]);
    line(plane, 'python', 9_000, [{ metadata: 2, offset: 0, duration: 0 }]);
    line(plane, 'nothing', 1, []);
  });
  return pbf.finish();
}

test('events of each thread, in their order, on a clock that starts with the first thread', () => {
  const lines = readXSpace(profile());
  expect(lines.map(({ name }) => name)).toEqual(['tf_Compute/1', 'tf_Compute/2', 'python']);
  expect(lines[0]!.events).toEqual([
    {
      name: 'conv_1:_MklNativeConv2D',
      startMicroseconds: 1003,
      durationMicroseconds: 2000,
      notes: { tf_op: 'D/conv_1', bytes: 4096, share: 0.25 },
    },
    { name: 'add:AddV2', startMicroseconds: 4003, durationMicroseconds: 500, notes: {} },
  ]);
  expect(lines[1]!.events[0]!.startMicroseconds).toBe(0);
});

test('kernels by kind, the longest first; other threads hold parts of the same work', () => {
  expect(opTimes(readXSpace(profile()))).toEqual([
    { op: '_MklNativeConv2D', calls: 2, milliseconds: 5 },
    { op: 'Pointwise', calls: 1, milliseconds: 1 },
    { op: 'AddV2', calls: 1, milliseconds: 0.5 },
  ]);
});

test("Chrome's trace names threads and leaves out what took no time", () => {
  const { traceEvents } = JSON.parse(chromeTrace(readXSpace(profile()))) as {
    readonly traceEvents: readonly Record<string, unknown>[];
  };
  expect(traceEvents.filter(({ ph }) => ph === 'M')).toHaveLength(3);
  const events = traceEvents.filter(({ ph }) => ph === 'X');
  expect(events).toHaveLength(4);
  expect(events[0]).toMatchObject({ tid: 0, ts: 1003, dur: 2000, args: { bytes: 4096 } });
});

test('nothing gives nothing', () => {
  expect(readXSpace(new Uint8Array())).toEqual([]);
  expect(opTimes([])).toEqual([]);
});
