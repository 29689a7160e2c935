import { basename, join, resolve } from 'node:path';
import { readEvents, readRunConfig, runLayout } from '@ganymede/checkpoints';
import { writeFileSafely } from '@ganymede/files';
import sharp from 'sharp';
import { figureSvg } from './figure.js';
import { figuresOf } from './figures.js';
import { missingOf, notRecorded } from './not-recorded.js';
import { inspectionPage } from './page.js';
import { seriesOf, type RunSeries } from './run-series.js';

export interface Inspection {
  readonly run: string;
  readonly series: RunSeries;
  /** Lines of the event log that could not be read. */
  readonly damagedLines: readonly number[];
  /** Paths of what was written. */
  readonly files: readonly string[];
}

export interface InspectOptions {
  /** Folder of the run; it may be going on. */
  readonly run: string;
  /** Folder for figures and page; null writes nothing. */
  readonly out: string | null;
}

/** Rendered at twice the size, for screens that show it so. */
const density = 144;

/**
 * Draws what the events of a run hold: singular values, norms, outputs and what stabilizers said; as SVG, as PNG, and
 * all in one HTML page. Changes nothing of the run and needs no lock.
 * @throws RUN_NOT_FOUND, DISK_FULL, CANNOT_WRITE
 */
export async function inspect({ run, out }: InspectOptions): Promise<Inspection> {
  const config = await readRunConfig(run);
  const { events, damagedLines } = await readEvents(join(run, runLayout.events));
  const series = seriesOf(events);
  if (out === null) return { run, series, damagedLines, files: [] };
  const files: string[] = [];
  const write = async (name: string, content: string | Uint8Array): Promise<void> => {
    const path = join(out, name);
    await writeFileSafely(path, content);
    files.push(path);
  };
  const lastStep = events.at(-1)?.step ?? null;
  const missing = notRecorded(config, lastStep);
  const drawings: string[] = [];
  for (const figure of figuresOf(series, missing)) {
    const svg = figureSvg(figure);
    drawings.push(svg);
    await write(`${figure.id}.svg`, svg);
    await write(`${figure.id}.png`, await sharp(Buffer.from(svg), { density }).png().toBuffer());
  }
  await write(
    'inspect.html',
    inspectionPage(basename(resolve(run)), series, drawings, missingOf(series, missing)),
  );
  return { run, series, damagedLines, files };
}
