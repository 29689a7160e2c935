import {
  resolutionText,
  type ComponentChoice,
  type Dataset,
  type Plugin,
  type PluginHost,
  type Resolution,
} from '@ganymede/core';
import { expectWritable } from '@ganymede/files';
import { densityOf, keepShare } from '@ganymede/metrics';
import {
  openBackend,
  openDataset,
  writeSelection,
  type SelectedGroup,
  type SelectionFile,
} from '@ganymede/runs';
import { commonResolution } from '../common-resolution.js';
import { badShare } from '../errors.js';
import { FeatureReader } from '../feature-reader.js';
import { imagesOf } from '../image-set.js';
import { describeVersions } from '../versions.js';

export interface SelectImagesOptions {
  readonly data: ComponentChoice;
  /** Of the images, in (0, 1]. */
  readonly share: number;
  /** Where the list goes, `.json`. */
  readonly out: string;
  /** A Gaussian for each class, the default, or one over all images. */
  readonly within?: 'class' | 'data';
  /** Added to the variances of features. */
  readonly regularization?: number;
  readonly extractor?: ComponentChoice;
  /** Of the extractor; float32 by default. */
  readonly precision?: 'auto' | 'float32' | 'bfloat16';
  /** Pixels a side, or height and width, of the run that trains on the list; those of the images where all have one size. */
  readonly resolution?: Resolution;
  readonly channels?: 1 | 3 | 4;
  readonly backend?: ComponentChoice;
  readonly plugins?: readonly Plugin[];
  readonly onProgress?: (text: string, done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

export interface SelectedImages {
  readonly path: string;
  readonly selection: SelectionFile;
}

/** As the authors' code has it. */
const defaultRegularization = 1e-5;

/**
 * Instance selection (arXiv:2007.15255): images of low density go before training. A Gaussian is fitted to the features of each
 * class, or of all images; the share of greatest log-likelihood is kept, and its list written. The features of a group are in
 * memory, 4 bytes a number.
 * @throws BAD_SHARE, IMAGE_SIZES_DIFFER, RESOLUTION_UNKNOWN, WEIGHTS_NOT_FOUND, SINGULAR_GAUSSIAN, and what the data throws
 */
export async function selectImages(host: PluginHost, options: SelectImagesOptions): Promise<SelectedImages> {
  const { share, out, within = 'class', regularization = defaultRegularization, channels = 3 } = options;
  if (!(share > 0 && share <= 1)) throw badShare(share);
  await expectWritable(out);
  const container = await host.open({ plugins: options.plugins ?? [] });
  const resolution = options.resolution ?? (await commonResolution(container, [options.data]));
  const engine = await openBackend(container, options.backend ?? { use: 'auto' });
  let reader: FeatureReader | null = null;
  let dataset: Dataset | null = null;
  try {
    reader = await FeatureReader.open(container, engine, {
      extractor: options.extractor ?? { use: 'inception-v3' },
      precision: options.precision ?? 'float32',
    });
    const settings = { resolution, channels, strictData: false };
    dataset = await openDataset(container, options.data, settings, {
      onProgress: (done, total) => options.onProgress?.('decoding images', done, total),
    });
    // Nothing here is drawn.
    const { seed: _, ...versions } = describeVersions(engine.description, reader.precision, 0);
    const { groups, indices } = await selectGroups(dataset, reader, { ...options, within, regularization });
    const selection: SelectionFile = {
      format: 1,
      kind: 'ganymede-selection',
      data: { name: dataset.name, fingerprint: dataset.fingerprint, images: dataset.length },
      manifest: {
        ...reader.manifest,
        share,
        within,
        regularization,
        resolution: resolutionText(resolution),
        channels,
        ...versions,
      },
      groups,
      indices,
    };
    await writeSelection(out, selection);
    return { path: out, selection };
  } finally {
    reader?.dispose();
    await dataset?.close();
    engine.backend.dispose();
  }
}

type Settings = Required<Pick<SelectImagesOptions, 'share' | 'within' | 'regularization'>> &
  Pick<SelectImagesOptions, 'onProgress' | 'signal'>;

/** Group after group, so that the features of one are in memory. */
async function selectGroups(
  dataset: Dataset,
  reader: FeatureReader,
  { share, within, regularization, onProgress, signal }: Settings,
): Promise<{ readonly groups: readonly SelectedGroup[]; readonly indices: readonly number[] }> {
  const labels = dataset.labels();
  const all = Uint32Array.from(labels.keys());
  const members =
    within === 'data' ? [all] : dataset.classes.map((_, label) => all.filter((i) => labels[i] === label));
  const isKept = new Uint8Array(dataset.length);
  const thresholds: (number | null)[] = [];
  let before = 0;
  for (const own of members) {
    if (own.length === 0) {
      thresholds.push(null);
      continue;
    }
    const done = before;
    const rows = await featuresOf(dataset, own, reader, {
      onProgress: (read) => onProgress?.('features of the data', done + read, dataset.length),
      ...(signal && { signal }),
    });
    const density = await densityOf(rows, regularization);
    const kept = keepShare(density.logLikelihoods(rows), share);
    for (const row of kept.rows) isKept[own[row]!] = 1;
    thresholds.push(kept.threshold);
    before += own.length;
  }
  const groups = dataset.classes.map((name, label): SelectedGroup => {
    const own = all.filter((i) => labels[i] === label);
    return {
      class: name,
      images: own.length,
      kept: own.filter((i) => isKept[i] === 1).length,
      threshold: thresholds[within === 'data' ? 0 : label]!,
    };
  });
  return { groups, indices: [...all.filter((i) => isKept[i] === 1)] };
}

async function featuresOf(
  dataset: Dataset,
  indices: Uint32Array,
  reader: FeatureReader,
  reading: { readonly onProgress: (done: number) => void; readonly signal?: AbortSignal },
): Promise<{ readonly values: Float32Array; readonly count: number; readonly size: number }> {
  const { featureSize: size } = reader.extractor;
  const values = new Float32Array(indices.length * size);
  let row = 0;
  await reader.eachBatch(imagesOf(dataset, indices), [], reading, async ({ features, count }) => {
    values.set(features, row * size);
    row += count;
  });
  return { values, count: indices.length, size };
}
