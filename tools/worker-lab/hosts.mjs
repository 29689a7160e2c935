/** Hosts on one machine: a network namespace each, joined by a bridge or by a wire that delays and loses. Needs root and `ip` (Debian: iproute2). */
import { execFileSync } from 'node:child_process';
import { Wire } from './wire.mjs';

/** @param {string} words */
const ip = (words) => execFileSync('ip', words.split(' '), { stdio: ['ignore', 'ignore', 'pipe'] });

export class Hosts {
  /** @type {Wire | null} */
  #wire = null;

  /**
   * @param {object} options
   * @param {number} options.count
   * @param {number} [options.lab] - labs of other numbers are not touched
   * @param {import('./wire.mjs').WireOptions | null} [options.wire] - a bridge by default
   */
  constructor({ count, lab = 0, wire = null }) {
    this.count = count;
    this.lab = lab;
    this.#removeAll();
    for (const host of this.addresses) ip(`netns add ${host}`);
    if (wire === null) this.#bridge();
    else this.#wire = new Wire(this.addresses, wire, `lab${lab}`);
    for (const host of this.addresses) {
      ip(`-n ${host} link set lo up`);
      ip(`-n ${host} link set eth0 up`);
      ip(`-n ${host} address add ${host}/24 dev eth0`);
      // The one that suffers most from losses; BBR, which some machines have, hardly looks at them.
      ip(`netns exec ${host} sysctl -qw net.ipv4.tcp_congestion_control=reno`);
    }
  }

  /** The namespace of a host has its address as name, so that `ip netns exec {host}` reaches it. @param {number} rank */
  addressOf(rank) {
    return `10.77.${this.lab}.${rank + 1}`;
  }

  get addresses() {
    return Array.from({ length: this.count }, (_, rank) => this.addressOf(rank));
  }

  /** What the wire has carried; null for a bridge. */
  get carried() {
    return this.#wire?.carried ?? null;
  }

  /** Pulls a host's cable out, or puts it in. @param {number} rank @param {boolean} isUp */
  setCable(rank, isUp) {
    if (this.#wire) this.#wire.setCable(rank, isUp);
    else ip(`link set ${this.#outside(rank)} ${isUp ? 'up' : 'down'}`);
  }

  async remove() {
    await this.#wire?.close();
    this.#removeAll();
  }

  #bridge() {
    ip(`link add ${this.#bridgeName} type bridge`);
    ip(`link set ${this.#bridgeName} up`);
    for (const [rank, host] of this.addresses.entries()) {
      ip(`link add ${this.#outside(rank)} type veth peer name eth0 netns ${host}`);
      ip(`link set ${this.#outside(rank)} master ${this.#bridgeName} up`);
    }
  }

  get #bridgeName() {
    return `lab${this.lab}-bridge`;
  }

  /** @param {number} rank */
  #outside(rank) {
    return `lab${this.lab}-${rank}`;
  }

  #removeAll() {
    for (const [rank, host] of this.addresses.entries()) {
      quietly(`netns del ${host}`);
      // A process that is left there holds the other end.
      quietly(`link del ${this.#outside(rank)}`);
    }
    quietly(`link del ${this.#bridgeName}`);
  }
}

/** @param {string} words */
function quietly(words) {
  try {
    ip(words);
  } catch {
    // It was not there.
  }
}
