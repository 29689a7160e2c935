import { createHash } from 'node:crypto';

/** What tells fingerprints of this scheme, which hash contents, from older ones, which hashed sizes. */
const scheme = 'content-1';

/** SHA-256 of a JSON-able value, in hex. */
export function hashOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}

/** SHA-256 of bytes, in hex. */
export function hashOfBytes(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/**
 * The fingerprint of data: `<hash>-content-1`.
 * @param value - JSON-able: names, labels, hashes of contents, options; nothing of where the data lies
 */
export function fingerprintOf(value: unknown): string {
  return `${hashOf(value)}-${scheme}`;
}

export type Sameness = 'same' | 'former' | 'other';

/**
 * Whether data is what a fingerprint was kept of. `former`: the fingerprint is of an older scheme and says all that it
 * could say of this data (for folders names and sizes, not contents).
 */
export function compareFingerprint(
  data: { readonly fingerprint: string; readonly formerFingerprints?: readonly string[] },
  kept: string,
): Sameness {
  if (kept === data.fingerprint) return 'same';
  return data.formerFingerprints?.includes(kept) ? 'former' : 'other';
}
