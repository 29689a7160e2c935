import type { SampledImages } from './sampler.js';

/** Draws images side by side, `columns` in a row, each pixel as it is. */
export function drawImages(canvas: HTMLCanvasElement, images: SampledImages, columns: number): void {
  const { width, height, count, pixels } = images;
  canvas.width = columns * width;
  canvas.height = Math.ceil(count / columns) * height;
  const context = canvas.getContext('2d')!;
  const size = width * height * 4;
  for (let i = 0; i < count; i++) {
    const image = new ImageData(pixels.slice(i * size, (i + 1) * size), width, height);
    context.putImageData(image, (i % columns) * width, Math.floor(i / columns) * height);
  }
}

/** Hands the picture over as a file. */
export function downloadPng(canvas: HTMLCanvasElement, name: string): void {
  canvas.toBlob((blob) => {
    if (blob) download(blob, name);
  }, 'image/png');
}

export function download(blob: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
