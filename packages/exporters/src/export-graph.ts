import type { ImageShape, PluginHost } from '@ganymede/core';
import { writeExport } from '@ganymede/files';
import { readTrained } from '@ganymede/runs';
import { aboutRun } from './about-run.js';
import { openChosen, type ChosenGenerator, type GraphExportOptions } from './chosen-generator.js';
import { graphUsage, type GraphUse } from './graph-usage.js';

/** A format that holds a generator as one graph. */
export interface GraphFormat extends Omit<GraphUse, 'images'> {
  /** Sizes of an image, in the model's order. */
  readonly images: (shape: ImageShape) => readonly number[];
  /** @returns the file, and the inputs that the images depend on */
  readonly write: (
    opened: ChosenGenerator,
  ) => Promise<{ readonly bytes: Uint8Array; readonly inputs: readonly string[] }>;
}

export interface GraphExport {
  readonly step: number;
  /** Paths of what was written. */
  readonly files: readonly string[];
  /** Of the model. */
  readonly bytes: number;
}

/**
 * A run's generator as a model of a format, its card and the run's config.
 * @throws as `openChosen` and the format's `write`; EXPORT_EXISTS, DISK_FULL, CANNOT_WRITE
 */
export async function exportGraph(
  host: PluginHost,
  options: GraphExportOptions,
  { write, images, ...use }: GraphFormat,
): Promise<GraphExport> {
  const opened = await openChosen(host, options);
  try {
    const { generator, config: runConfig, step, subject } = opened;
    const { latentSize, imageShape } = generator;
    const model = await write(opened);
    const { state } = await readTrained(opened.folder, []);
    const about = await aboutRun({
      run: options.run,
      runConfig,
      config: subject,
      data: state.data.name,
      license: options.license ?? null,
      usage: graphUsage(
        { subject, latentSize, prior: runConfig.prior, takesClasses: model.inputs.includes('y') },
        { ...use, images: images(imageShape) },
      ),
    });
    const files = await writeExport(options.out, { [use.model]: model.bytes, ...about });
    return { step, files, bytes: model.bytes.length };
  } finally {
    await opened.close();
  }
}
