import Pbf from 'pbf';

/** One timed event of a profile. */
export interface ProfileEvent {
  readonly name: string;
  /** From the start of the profile. */
  readonly startMicroseconds: number;
  readonly durationMicroseconds: number;
  /** What the profiler noted beside it: `tf_op`, `shape`, ... */
  readonly notes: Readonly<Record<string, string | number>>;
}

/** The events of one thread, in the order they began. */
export interface ProfileLine {
  readonly name: string;
  readonly events: readonly ProfileEvent[];
}

interface RawEvent {
  metadata: number;
  offsetPicoseconds: number;
  durationPicoseconds: number;
  stats: RawStat[];
}

interface RawStat {
  metadata: number;
  value: string | number;
  isReference: boolean;
}

interface RawLine {
  name: string;
  startNanoseconds: number;
  events: RawEvent[];
}

interface Named {
  id: number;
  name: string;
}

/** Reads a nested message into `into`; pbf's types do not know that it is always handed on. */
const nested = <T>(pbf: Pbf, read: (field: number, into: T, pbf: Pbf) => void, into: T): T =>
  pbf.readMessage(read as never, into);

const readNamed = (field: number, named: Named, pbf: Pbf): void => {
  if (field === 1) named.id = pbf.readVarint();
  else if (field === 2) named.name = pbf.readString();
};

/** A map's entry: the key is the named thing's id as well. */
const readNamedEntry = (field: number, names: Map<number, string>, pbf: Pbf): void => {
  if (field !== 2) return;
  const { id, name } = nested(pbf, readNamed, { id: 0, name: '' });
  names.set(id, name);
};

const readStat = (field: number, stat: RawStat, pbf: Pbf): void => {
  if (field === 1) stat.metadata = pbf.readVarint();
  else if (field === 2) stat.value = pbf.readDouble();
  else if (field === 3) stat.value = pbf.readVarint();
  else if (field === 4) stat.value = pbf.readVarint(true);
  else if (field === 5) stat.value = pbf.readString();
  else if (field === 7) {
    stat.value = pbf.readVarint();
    stat.isReference = true;
  }
};

const readEvent = (field: number, event: RawEvent, pbf: Pbf): void => {
  if (field === 1) event.metadata = pbf.readVarint();
  else if (field === 2) event.offsetPicoseconds = pbf.readVarint();
  else if (field === 3) event.durationPicoseconds = pbf.readVarint();
  else if (field === 4)
    event.stats.push(nested(pbf, readStat, { metadata: 0, value: '', isReference: false }));
};

const readLine = (field: number, line: RawLine, pbf: Pbf): void => {
  if (field === 2) line.name = pbf.readString();
  else if (field === 3) line.startNanoseconds = pbf.readVarint();
  else if (field === 4) {
    line.events.push(
      nested(pbf, readEvent, { metadata: 0, offsetPicoseconds: 0, durationPicoseconds: 0, stats: [] }),
    );
  }
};

interface RawPlane {
  lines: RawLine[];
  events: Map<number, string>;
  stats: Map<number, string>;
}

const readPlane = (field: number, plane: RawPlane, pbf: Pbf): void => {
  if (field === 3) plane.lines.push(nested(pbf, readLine, { name: '', startNanoseconds: 0, events: [] }));
  else if (field === 4) nested(pbf, readNamedEntry, plane.events);
  else if (field === 5) nested(pbf, readNamedEntry, plane.stats);
};

/**
 * The timed lines of a serialized XSpace (tsl/profiler/protobuf/xplane.proto), of all planes, on one clock that
 * starts with the first event.
 */
export function readXSpace(bytes: Uint8Array): ProfileLine[] {
  const planes: RawPlane[] = [];
  new Pbf(bytes).readFields(
    ((field: number, _: null, pbf: Pbf): void => {
      if (field === 1)
        planes.push(nested(pbf, readPlane, { lines: [], events: new Map(), stats: new Map() }));
    }) as never,
    null,
  );
  const lines = planes.flatMap((plane) => plane.lines.map((line) => ({ plane, line })));
  const starts = lines.filter(({ line }) => line.events.length > 0).map(({ line }) => line.startNanoseconds);
  const origin = Math.min(...starts);
  return lines
    .filter(({ line }) => line.events.length > 0)
    .map(({ plane, line }) => ({
      name: line.name,
      events: line.events
        .map((event) => ({
          name: plane.events.get(event.metadata) ?? '',
          startMicroseconds: (line.startNanoseconds - origin) / 1e3 + event.offsetPicoseconds / 1e6,
          durationMicroseconds: event.durationPicoseconds / 1e6,
          notes: Object.fromEntries(
            event.stats.map(({ metadata, value, isReference }) => [
              plane.stats.get(metadata) ?? '',
              isReference ? (plane.stats.get(value as number) ?? '') : value,
            ]),
          ),
        }))
        .sort((a, b) => a.startMicroseconds - b.startMicroseconds),
    }));
}
