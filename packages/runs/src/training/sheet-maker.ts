import { type Backend, type Generator, type Prior, evaluationCall, RandomStream } from '@ganymede/core';
import { ImageGenerator } from '../generator/image-generator.js';
import { drawLatents, labelsPerClass } from '../generator/latents.js';

/** The most classes on one sheet: a thousand rows would show nothing. */
const maximumClasses = 16;

export interface Sheet {
  /** uint8 [rows * columns, H, W, C], a class a row. */
  readonly images: Uint8Array;
  readonly rows: number;
  readonly columns: number;
  readonly labels: Int32Array;
}

/**
 * The same latents at every step, so that sheets of one run can be compared image by image. Drawn from a stream
 * of its own and in evaluation mode: nothing of the run moves.
 */
export class SheetMaker {
  private readonly images: ImageGenerator;
  private readonly z: Float32Array;
  private readonly labels: Int32Array;

  constructor(
    backend: Backend,
    generator: Generator,
    prior: Prior,
    seed: number,
    private readonly perClass: number,
  ) {
    const classes = Array.from({ length: Math.min(generator.classes, maximumClasses) }, (_, i) => i);
    this.labels = labelsPerClass(classes, perClass);
    this.z = drawLatents(
      prior,
      this.labels,
      generator.latentSize,
      RandomStream.create(seed, 'sheet').nextUint32(),
    ).z;
    this.images = new ImageGenerator(
      backend,
      generator,
      Math.min(this.labels.length, 50),
      evaluationCall,
      'sheet',
      false,
    );
  }

  async make(): Promise<Sheet> {
    const images = await this.images.generate(this.z, this.labels);
    return { images, rows: this.labels.length / this.perClass, columns: this.perClass, labels: this.labels };
  }

  dispose(): void {
    this.images.dispose();
  }
}
