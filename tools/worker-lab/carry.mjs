/** The thread of a wire: takes packets from each host's device and gives them to another's when their time has come. */
import { createRequire } from 'node:module';
import { workerData } from 'node:worker_threads';
import { shared } from './wire.mjs';

const require = createRequire(new URL('../../packages/tensorflow/package.json', import.meta.url));
const koffi = require('koffi');
const { RandomStream } = require('@ganymede/core');

/** @type {{ hosts: readonly string[], ends: readonly number[], numbers: Int32Array, options: import('./wire.mjs').WireOptions }} */
const { hosts, ends, numbers, options } = workerData;
const { delay, jitter, loss, seed } = options;

const libc = koffi.load('libc.so.6');
const ppoll = libc.func('int ppoll(void *ends, unsigned long count, void *time, void *mask)');
const read = libc.func('long read(int end, void *bytes, unsigned long count)');
const write = libc.func('long write(int end, void *bytes, unsigned long count)');

/** Longest sleep in ms: then it looks whether to end. */
const longestSleep = 50;
/** Packets that are taken from one host before what is due is given out. */
const atOnce = 64;
const scratch = Buffer.alloc(65536);
const readable = 1;
const polled = Buffer.alloc(8 * ends.length);
for (const [i, end] of ends.entries()) {
  polled.writeInt32LE(end, 8 * i);
  polled.writeInt16LE(readable, 8 * i + 4);
}
const sleep = Buffer.alloc(16);

/** One way from one host to another. */
class Way {
  /** @type {{ bytes: Buffer, due: number }[]} */
  queue = [];
  last = 0;

  /** @param {number} from @param {number} to */
  constructor(from, to) {
    this.from = from;
    this.to = to;
    this.random = RandomStream.create(seed, `wire ${from} to ${to}`);
  }

  /** @param {number} length - of the packet in the scratch */
  take(length) {
    if (isCut(this) || this.random.nextUniform() < loss) {
      Atomics.add(numbers, shared.lost, 1);
      return;
    }
    const own = delay + (jitter > 0 ? jitter * (2 * this.random.nextUniform() - 1) : 0);
    this.last = Math.max(this.last, performance.now() + Math.max(0, own));
    this.queue.push({ bytes: Buffer.from(scratch.subarray(0, length)), due: this.last });
  }

  /** @param {number} now @returns {number} when the next one is due */
  give(now) {
    let given = 0;
    for (const { bytes, due } of this.queue) {
      if (due > now) break;
      given++;
      if (isCut(this)) Atomics.add(numbers, shared.lost, 1);
      else if (write(ends[this.to], bytes, bytes.length) < 0) Atomics.add(numbers, shared.refused, 1);
    }
    if (given > 0) this.queue.splice(0, given);
    return this.queue[0]?.due ?? Infinity;
  }
}

/** @param {Way} way */
const isCut = ({ from, to }) =>
  Atomics.load(numbers, shared.cut + from) === 1 || Atomics.load(numbers, shared.cut + to) === 1;

const ways = ends.map((_, from) => ends.map((_, to) => new Way(from, to)));
/** Bytes of an address of IP, as one text. @param {Buffer} bytes @param {number} at */
const addressAt = (bytes, at) => bytes.subarray(at, at + 4).join('.');

/** @param {number} from */
function takeFrom(from) {
  for (let i = 0; i < atOnce; i++) {
    const length = Number(read(ends[from], scratch, scratch.length));
    if (length <= 0) return;
    const to = scratch.readUInt8() >> 4 === 4 ? hosts.indexOf(addressAt(scratch, 16)) : -1;
    if (to < 0) continue;
    Atomics.add(numbers, shared.packets, 1);
    bytesOfNext += length;
    ways[from]?.[to]?.take(length);
  }
}

let bytesOfNext = 0;
while (Atomics.load(numbers, shared.end) === 0) {
  const now = performance.now();
  let next = now + longestSleep;
  for (const way of ways.flat()) next = Math.min(next, way.give(now));
  const milliseconds = Math.max(0, next - performance.now());
  sleep.writeBigInt64LE(0n, 0);
  sleep.writeBigInt64LE(BigInt(Math.round(milliseconds * 1e6)), 8);
  if (ppoll(polled, ends.length, sleep, null) > 0)
    for (let from = 0; from < ends.length; from++)
      if ((polled.readInt16LE(8 * from + 6) & readable) !== 0) takeFrom(from);
  Atomics.add(numbers, shared.kilobytes, Math.floor(bytesOfNext / 1000));
  bytesOfNext %= 1000;
}
