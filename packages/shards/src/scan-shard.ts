import { createHash } from 'node:crypto';
import { hasImageExtension, isUnusable, proveImage } from '@ganymede/images';
import { crc32 } from 'node:zlib';
import { badLabel, badMember, nothingThere, severalImages, shardDamaged } from './errors.js';
import { RowsBuilder, unlabelled, type ShardRows } from './shard-rows.js';
import { TarDamage, tarMembers } from './tar-members.js';

export interface ScanOptions {
  /** Path or address of the shard, for messages. */
  readonly shard: string;
  /** Extension of the members that are images, where a sample has several. */
  readonly image: string | undefined;
}

interface Image {
  readonly name: string;
  readonly offset: number;
  readonly length: number;
  readonly crc: number;
  readonly size: Promise<{ readonly width: number; readonly height: number }>;
}

/** Members of one key, which follow each other. */
interface Sample {
  readonly key: string;
  readonly images: Image[];
  label: number | null;
}

/** Images whose headers are read at a time. */
const inFlight = 32;
const largestLabelBytes = 32;
const largestImageBytes = 2 ** 30;

/** The name up to the first dot of its last part is the key, the rest the extension: WebDataset's rule. */
function split(name: string): { readonly key: string; readonly extension: string } {
  const dot = name.indexOf('.', name.lastIndexOf('/') + 1);
  return dot < 0
    ? { key: name, extension: '' }
    : { key: name.slice(0, dot), extension: name.slice(dot + 1).toLowerCase() };
}

async function sizeOf(shard: string, name: string, bytes: Uint8Array): Image['size'] {
  const size = await proveImage(bytes, false);
  if (isUnusable(size)) throw badMember(shard, name, size.reason);
  return size;
}

function labelOf(shard: string, name: string, bytes: Buffer): number {
  const text = bytes.toString('latin1').trim();
  const label = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(label < unlabelled)) throw badLabel(shard, name, 'the number of a class', JSON.stringify(text));
  return label;
}

/**
 * Reads a shard of WebDataset's layout from front to back: samples of an image and a `.cls` that follow each other under
 * one key, other members passed over.
 * @throws SHARD_DAMAGED, SHARD_BAD_IMAGE, SHARD_BAD_LABEL, SHARD_AMBIGUOUS; SHARDS_NOT_FOUND where it has no image
 */
export async function scanShard(
  chunks: AsyncIterable<Uint8Array>,
  { shard, image }: ScanOptions,
): Promise<ShardRows> {
  const hash = createHash('sha256');
  let bytes = 0;
  const hashed = (async function* () {
    for await (const chunk of chunks) {
      hash.update(chunk);
      bytes += chunk.length;
      yield chunk;
    }
  })();
  const isImage = (name: string, extension: string): boolean =>
    image === undefined ? hasImageExtension(name) : extension === image.toLowerCase();
  const builder = new RowsBuilder();
  const pending: { readonly image: Image; readonly label: number }[] = [];
  const flush = async (most: number): Promise<void> => {
    while (pending.length > most) {
      const { image: one, label } = pending.shift()!;
      builder.add({ offset: one.offset, length: one.length, label, crc: one.crc, ...(await one.size) });
    }
  };
  const end = ({ key, images, label }: Sample): void => {
    const [first, second] = images;
    if (second) throw severalImages(shard, [first!.name, second.name]);
    if (first) pending.push({ image: first, label: label ?? unlabelled });
    else if (label !== null) throw badMember(shard, `${key}.cls`, 'is a label without an image beside it');
  };
  let sample: Sample | null = null;
  try {
    for await (const member of tarMembers(hashed)) {
      const { key, extension } = split(member.name);
      if (sample === null || sample.key !== key) {
        if (sample) end(sample);
        sample = { key, images: [], label: null };
        await flush(inFlight);
      }
      if (extension === 'cls') {
        if (member.size > largestLabelBytes)
          throw badLabel(shard, member.name, 'the number of a class', `${member.size} bytes`);
        sample.label = labelOf(shard, member.name, await member.read());
      } else if (isImage(member.name, extension)) {
        if (member.size > largestImageBytes) throw badMember(shard, member.name, 'has more than 1 GiB');
        const content = await member.read();
        const size = sizeOf(shard, member.name, content);
        // It is awaited later: until then a failure must not count as unhandled.
        size.catch(() => undefined);
        sample.images.push({
          name: member.name,
          offset: member.offset,
          length: member.size,
          crc: crc32(content),
          size,
        });
      }
    }
    if (sample) end(sample);
    await flush(0);
  } catch (error) {
    if (error instanceof TarDamage) throw shardDamaged(shard, error.member, error.reason);
    throw error;
  }
  if (builder.images === 0) throw nothingThere(shard, 'a tar without images');
  return builder.build({ bytes, sha256: hash.digest('hex') });
}
