/**
 * A wire between hosts that delays and loses: what `tc` does where the kernel has netem. Every host has a device (tun) whose other end is in
 * this process; a thread carries packets of IP from one to another.
 */
import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';

const require = createRequire(new URL('../../packages/tensorflow/package.json', import.meta.url));
const koffi = require('koffi');

/**
 * @typedef {object} WireOptions
 * @property {number} delay - ms, one way
 * @property {number} jitter - ms: a packet's delay is uniform between `delay - jitter` and `delay + jitter`; none overtakes another
 * @property {number} loss - the share of packets that never come, each by itself
 * @property {number} seed - of the losses and of the jitter
 */

/** linux/if_tun.h */
const tunSetInterface = 0x400454ca;
const packetsWithoutHeader = 0x0001 | 0x1000;

/** Numbers that both threads see: whether to end, four counts, then for each host whether its cable is out. */
export const shared = { end: 0, packets: 1, lost: 2, kilobytes: 3, refused: 4, cut: 5 };

export class Wire {
  /**
   * @param {readonly string[]} hosts - their addresses, which are the names of their namespaces; each gets a device `eth0`
   * @param {WireOptions} options
   * @param {string} name - of the devices, before they go to their hosts
   */
  constructor(hosts, options, name) {
    const ioctl = koffi.load('libc.so.6').func('int ioctl(int, unsigned long, ...)');
    this.ends = hosts.map((host, rank) => {
      const end = openSync('/dev/net/tun', constants.O_RDWR | constants.O_NONBLOCK);
      const request = Buffer.alloc(40);
      request.write(`${name}-${rank}`);
      request.writeInt16LE(packetsWithoutHeader, 16);
      if (ioctl(end, tunSetInterface, 'void *', request) !== 0)
        throw new Error(`${name}: no device for ${host}`);
      // A queue that overflows would be one more loss.
      const words = ['link', 'set', `${name}-${rank}`, 'netns', host, 'name', 'eth0', 'txqueuelen', '20000'];
      execFileSync('ip', words);
      return end;
    });
    this.numbers = new Int32Array(new SharedArrayBuffer(4 * (shared.cut + hosts.length)));
    const { ends, numbers } = this;
    this.thread = new Worker(new URL('carry.mjs', import.meta.url), {
      workerData: { hosts, ends, numbers, options },
    });
    this.thread.on('error', (error) => {
      throw error;
    });
    // A tool that fails may end.
    this.thread.unref();
  }

  /** @param {number} rank @param {boolean} isIn */
  setCable(rank, isIn) {
    Atomics.store(this.numbers, shared.cut + rank, isIn ? 0 : 1);
  }

  /** Packets that were sent, how many of them were lost on purpose, their kB, and how many a host would not take. */
  get carried() {
    const { packets, lost, kilobytes, refused } = shared;
    const of = (/** @type {number} */ i) => Atomics.load(this.numbers, i);
    return { packets: of(packets), lost: of(lost), kilobytes: of(kilobytes), refused: of(refused) };
  }

  async close() {
    this.thread.ref();
    const ended = new Promise((resolve) => this.thread.once('exit', resolve));
    Atomics.store(this.numbers, shared.end, 1);
    await ended;
    for (const end of this.ends) closeSync(end);
  }
}
