import { definePart } from '@ganymede/core';
import { BatchLoader } from '@ganymede/batches';
import { openDataset, strictHint } from '../data/open-dataset.js';
import { dataOfRun } from '../errors.js';
import { partitionOf } from './data-partition.js';
import { runParts } from './run-parts.js';

/** Passes progress on once for every tenth of the whole. */
function everyTenth(tell: (done: number, total: number) => void): (done: number, total: number) => void {
  let told = 0;
  return (done, total) => {
    const tenth = Math.floor((10 * done) / total);
    if (tenth <= told) return;
    told = tenth;
    tell(done, total);
  };
}

const dataset = definePart(runParts.dataset, {
  create: async (parts) => {
    const { config, components, cacheFolder, tell } = await parts.get(runParts.settings);
    tell(`opening ${config.data.use}`);
    return openDataset(components, dataOfRun(config), config, {
      cacheFolder,
      strictHint,
      onProgress: everyTenth((done, total) => tell(`decoding images: ${done} of ${total}`)),
    });
  },
  dispose: (opened) => opened.close(),
});

const images = definePart(runParts.images, {
  create: async (parts) => {
    const { imageShape, classes } = await parts.get(runParts.dataset);
    return { imageShape, classes };
  },
});

const partition = definePart(runParts.partition, {
  create: async (parts) => {
    const { config } = await parts.get(runParts.settings);
    return await partitionOf(await parts.get(runParts.dataset), config);
  },
});

const batches = definePart(runParts.batches, {
  create: async (parts) => {
    const { config } = await parts.get(runParts.settings);
    const { indices } = await parts.get(runParts.partition);
    const random = await parts.get(runParts.random);
    return new BatchLoader({
      dataset: await parts.get(runParts.dataset),
      batchSize: config.batchSize,
      ...(indices && { indices }),
      replicas: (await parts.get(runParts.workers)).replicas,
      random: random.get('data'),
      flip: config.flip,
      classExponent: config.classExponent,
    });
  },
  dispose: (loader) => loader.close(),
});

export const dataParts = [dataset, images, partition, batches];
