import { createHash } from 'node:crypto';
import { GanymedeError } from '@ganymede/core';
import { safetensorsChunks, type HostTensors } from '@ganymede/safetensors';

/** Where a header has the SHA-256 of all that follows it, after `0x`: `hash_sha256` of github:Stability-AI/ModelSpec. */
const checksumKey = 'modelspec.hash_sha256';

type Metadata = Readonly<Record<string, string>>;

/**
 * Metadata with the checksum of the tensors that it is written with. The format itself has none, so that a flipped bit of a weight would be
 * another weight.
 * @throws BAD_TENSOR
 */
export function withChecksum(tensors: HostTensors, metadata: Metadata): Metadata {
  const [, ...data] = safetensorsChunks(tensors);
  const checksum = new DataChecksum();
  for (const piece of data) checksum.add(piece);
  return { ...metadata, [checksumKey]: checksum.text };
}

/** The checksum of a file's tensors, piece by piece, in the order in which they lie. */
export class DataChecksum {
  private readonly hash = createHash('sha256');

  add(bytes: Uint8Array): void {
    this.hash.update(bytes);
  }

  /** As headers have it; nothing can be added afterwards. */
  get text(): string {
    return `0x${this.hash.digest('hex')}`;
  }

  /** @throws SAFETENSORS_DAMAGED where the header names another one; it need not name any */
  expect(where: string, metadata: Metadata): void {
    const expected = metadata[checksumKey]?.toLowerCase();
    if (expected === undefined) return;
    const found = this.text;
    const named = expected.startsWith('0x') ? expected : `0x${expected}`;
    if (named === found) return;
    throw new GanymedeError(
      'SAFETENSORS_DAMAGED',
      `${where}: SHA-256 of the tensors: expected ${named.slice(2, 18)}, got ${found.slice(2, 18)}`,
      {
        kind: 'data',
        hint: `Values have changed since it was written: copy or download it again. A program that means to change tensors leaves ${checksumKey} out of the header, or writes it anew.`,
      },
    );
  }
}
