export { packShards, type PackedShards, type PackShardsOptions } from './pack-shards.js';
export { indexFile, packingFile } from './shard-index.js';
export { isPattern } from './shard-pattern.js';
export { shards, Shards, type ShardsOptions, type ShardsTiming } from './shards.js';
export { type ShardsDataset } from './shards-dataset.js';
export { type ArchiveEntry, tarEntries } from './tar-entries.js';
