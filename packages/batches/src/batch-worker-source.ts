/**
 * The batch loader's worker thread, as JavaScript text: so it starts from the published files, from a bundle and from
 * TypeScript sources alike. It does what `mirrorImages` and `normalizeImages` do, over images that it reads by itself;
 * a test holds the two to the same bytes.
 *
 * `workerData` is a `BatchWorkerData`; each message `{ id, indices, flips }` is answered by `{ id, images }`, whose
 * buffer is transferred, or `{ id, error }`.
 */
export const batchWorkerSource = `'use strict';
const { parentPort, workerData } = require('node:worker_threads');
const { openSync, readSync } = require('node:fs');

const { packed, imageShape, format } = workerData;
const { height, width, channels } = imageShape;
const { imageBytes } = packed;
const memory = packed.kind === 'memory' ? new Uint8Array(packed.buffer) : null;
const file = packed.kind === 'file' ? openSync(packed.path, 'r') : -1;

function readImages(indices) {
  const images = new Uint8Array(indices.length * imageBytes);
  for (let i = 0; i < indices.length; i++) {
    const start = indices[i] * imageBytes;
    if (memory) {
      images.set(memory.subarray(start, start + imageBytes), i * imageBytes);
    } else {
      const read = readSync(file, images, i * imageBytes, imageBytes, start);
      if (read !== imageBytes) throw new Error('image ' + indices[i] + ': expected ' + imageBytes + ' bytes, got ' + read);
    }
  }
  return images;
}

function mirror(images, image) {
  for (let row = 0; row < height; row++) {
    let left = (image * height + row) * width * channels;
    let right = left + (width - 1) * channels;
    for (; left < right; left += channels, right -= channels) {
      for (let channel = 0; channel < channels; channel++) {
        const held = images[left + channel];
        images[left + channel] = images[right + channel];
        images[right + channel] = held;
      }
    }
  }
}

parentPort.on('message', ({ id, indices, flips }) => {
  try {
    let images = readImages(indices);
    for (let i = 0; i < flips.length; i++) if (flips[i]) mirror(images, i);
    if (format === 'float32') {
      const normalized = new Float32Array(images.length);
      for (let i = 0; i < images.length; i++) normalized[i] = images[i] / 127.5 - 1;
      images = normalized;
    }
    parentPort.postMessage({ id, images }, [images.buffer]);
  } catch (error) {
    parentPort.postMessage({ id, error: String(error && error.message) });
  }
});
`;
