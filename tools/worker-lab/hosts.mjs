/** Hosts on one machine: a network namespace each, joined by a bridge. Needs root and `ip` (Debian: iproute2). */
import { execFileSync } from 'node:child_process';

const bridge = 'ganymede-lab';

/** @param {string} words */
const ip = (words) => execFileSync('ip', words.split(' '), { stdio: ['ignore', 'ignore', 'pipe'] });

/** The namespace of a host has its address as name, so that `ip netns exec {host}` reaches it. @param {number} rank */
export const addressOf = (rank) => `10.77.0.${rank + 1}`;

/** @param {number} count @returns {() => void} removes them */
export function makeHosts(count) {
  removeHosts(count);
  ip(`link add ${bridge} type bridge`);
  ip(`link set ${bridge} up`);
  for (let rank = 0; rank < count; rank++) {
    const host = addressOf(rank);
    ip(`netns add ${host}`);
    ip(`link add ${outside(rank)} type veth peer name eth0 netns ${host}`);
    ip(`link set ${outside(rank)} master ${bridge} up`);
    ip(`-n ${host} link set lo up`);
    ip(`-n ${host} link set eth0 up`);
    ip(`-n ${host} address add ${host}/24 dev eth0`);
  }
  return () => removeHosts(count);
}

/** Pulls a host's cable out, or puts it in. @param {number} rank @param {boolean} isUp */
export const setCable = (rank, isUp) => ip(`link set ${outside(rank)} ${isUp ? 'up' : 'down'}`);

/** @param {number} rank */
const outside = (rank) => `lab-${rank}`;

/** @param {number} count */
function removeHosts(count) {
  for (let rank = 0; rank < count; rank++) quietly(`netns del ${addressOf(rank)}`);
  quietly(`link del ${bridge}`);
}

/** @param {string} words */
function quietly(words) {
  try {
    ip(words);
  } catch {
    // It was not there.
  }
}
