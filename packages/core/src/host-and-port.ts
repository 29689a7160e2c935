import type { WorkersSpec } from './backend.js';

/** The parts of a `host:port`; a host with colons, as of IPv6, ends at the last one. */
export function hostAndPort(address: string): { readonly host: string; readonly port: number } {
  const colon = address.lastIndexOf(':');
  return { host: address.slice(0, colon), port: Number(address.slice(colon + 1)) };
}

/** Ranks of the processes on the machine of one of them, that one among them, in their order. */
export function ranksBeside({ addresses, rank }: Pick<WorkersSpec, 'addresses' | 'rank'>): readonly number[] {
  const hosts = addresses.map((address) => hostAndPort(address).host);
  return [...hosts.keys()].filter((one) => hosts[one] === hosts[rank]);
}
