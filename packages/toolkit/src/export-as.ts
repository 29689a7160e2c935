import { basename, resolve } from 'node:path';
import { directionsOf } from '@ganymede/analysis';
import type { PluginHost } from '@ganymede/core';
import {
  expectTaken,
  exportNpm,
  exportOnnx,
  exportSavedModel,
  exportWeb,
  type ExportTarget,
} from '@ganymede/exporters';
import { exportRun } from '@ganymede/importers';

export interface ExportAsOptions {
  /** Folder of the run. */
  readonly run: string;
  readonly to: ExportTarget;
  /** Folder, made if it is not there; nothing in it is overwritten. */
  readonly out: string;
  /** A step; the latest by default, with a truncation the one that it was chosen at. */
  readonly checkpoint?: 'latest' | number | undefined;
  /** Path of a threshold that `truncate` chose. */
  readonly truncation?: string | undefined;
  /** Weights of the moving average; true by default. */
  readonly ema?: boolean | undefined;
  /** Statistics of batch normalization at several truncations; true by default. */
  readonly statistics?: boolean | undefined;
  /** Of matrices and kernels; float16 by default. */
  readonly precision?: 'float16' | 'float32' | undefined;
  /** SPDX identifier. */
  readonly license?: string | undefined;
  readonly packageName?: string | undefined;
}

export interface ExportedAs {
  readonly step: number;
  /** Paths of what was written. */
  readonly files: readonly string[];
  /** What to do with it, where that is not plain. */
  readonly next?: string;
}

/**
 * Writes a run's networks in any of the formats.
 * @throws OPTION_OF_OTHER_FORMAT; as `exportRun`, `exportWeb`, `exportNpm`, `exportOnnx`, `exportSavedModel`
 */
export async function exportAs(host: PluginHost, options: ExportAsOptions): Promise<ExportedAs> {
  const { run, to, out, checkpoint, truncation, ema, statistics, precision, license, packageName } = options;
  expectTaken(to, options);
  // Whole: npm would take a mere name for one of its registry.
  const folder = resolve(out);
  const place = { run, out, ...(checkpoint !== undefined && { checkpoint }) };
  const chosen = truncation === undefined ? {} : { truncation };
  if (to === 'biggan-pytorch' || to === 'safetensors') return exportRun({ ...place, to, ...chosen });
  const ofGenerator = {
    ...place,
    name: basename(resolve(run)),
    ...(ema !== undefined && { ema }),
    ...(license !== undefined && { license }),
  };
  if (to === 'onnx') return exportOnnx(host, { ...ofGenerator, ...chosen });
  if (to === 'saved-model') return exportSavedModel(host, { ...ofGenerator, ...chosen });
  const ofFiles = {
    ...ofGenerator,
    directions: await directionsOf(run),
    ...(statistics === false && { thresholds: [] }),
    ...(precision !== undefined && { precision }),
  };
  if (to === 'web') {
    const { step, files } = await exportWeb(host, ofFiles);
    return { step, files, next: `serve it with any static server, for example: npx serve ${folder}` };
  }
  const { step, files } = await exportNpm(host, {
    ...ofFiles,
    ...(packageName !== undefined && { packageName }),
  });
  return { step, files, next: `take it into a project: npm install ${folder}` };
}
