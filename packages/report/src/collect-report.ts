import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import {
  readBest,
  readEvents,
  readRunConfig,
  readRunEnvironment,
  runLayout,
  type Best,
} from '@ganymede/checkpoints';
import sharp from 'sharp';
import {
  samplesOf,
  compareEvaluations,
  evaluationsOf,
  type Comparison,
  type StoredEvaluation,
} from '@ganymede/evaluation';
import {
  newestAnalyses,
  storedAnalyses,
  type StoredAnalysis,
  missingOf,
  notRecorded,
  type NotRecorded,
  seriesOf,
} from '@ganymede/analysis';
import { chartsOf, type ChartData } from './chart-data.js';

/** Sheets that the report shows, evenly over the run, the last one included. */
const mostSheets = 12;
/** Pixels across that a sheet is shrunk to. */
const sheetWidth = 1024;

export interface ReportContent {
  readonly name: string;
  readonly config: unknown;
  readonly environment: unknown;
  readonly charts: readonly ChartData[];
  readonly sheets: readonly { readonly step: string; readonly png: Buffer }[];
  readonly evaluations: readonly StoredEvaluation[];
  readonly comparison: Comparison | null;
  readonly best: Best | null;
  /** The plot of the truncation sweep as SVG, and its sheet of this run; null where there was none. */
  readonly truncation: { readonly svg: string; readonly png: Buffer | null } | null;
  /** Of every kind those of its newest step. */
  readonly analyses: readonly StoredAnalysis[];
  /** What of its training the run did not record. */
  readonly missing: readonly NotRecorded[];
  /** What stabilizers said, with the step. */
  readonly remarks: readonly { readonly step: number; readonly text: string }[];
  /** Steps of the last event. */
  readonly lastStep: number | null;
}

/** Everything that a run folder tells. Reads only; the run may go on meanwhile. @throws RUN_NOT_FOUND */
export async function collectReport(run: string): Promise<ReportContent> {
  const config = await readRunConfig(run);
  const { events } = await readEvents(join(run, runLayout.events));
  const evaluations = await evaluationsOf(run);
  const name = basename(resolve(run));
  const lastStep = events.at(-1)?.step ?? null;
  return {
    name,
    config,
    environment: await readRunEnvironment(run),
    charts: chartsOf(events),
    missing: missingOf(seriesOf(events), notRecorded(config, lastStep)),
    sheets: await readSheets(join(run, runLayout.samples)),
    evaluations,
    comparison: evaluations.length > 0 ? compareEvaluations(evaluations) : null,
    best: await readBest(run),
    truncation: await readTruncation(join(run, 'truncation'), name),
    analyses: newestAnalyses(await storedAnalyses(run)),
    remarks: events.flatMap(({ step, evidence }) =>
      typeof evidence === 'string' && typeof step === 'number' ? [{ step, text: evidence }] : [],
    ),
    lastStep,
  };
}

async function readTruncation(folder: string, name: string): Promise<ReportContent['truncation']> {
  const [svg, sheet] = [join(folder, 'truncation.svg'), join(folder, samplesOf(name))];
  if (!existsSync(svg)) return null;
  return { svg: await readFile(svg, 'utf8'), png: existsSync(sheet) ? await shrunk(sheet) : null };
}

/** A sheet at a size that a page takes. */
function shrunk(path: string): Promise<Buffer> {
  return sharp(path)
    .resize({ width: sheetWidth, withoutEnlargement: true, kernel: 'nearest' })
    .png({ compressionLevel: 9 })
    .toBuffer();
}

async function readSheets(folder: string): Promise<ReportContent['sheets']> {
  if (!existsSync(folder)) return [];
  const files = (await readdir(folder)).filter((file) => /^\d+\.png$/.test(file)).sort();
  const count = Math.min(mostSheets, files.length);
  const chosen = Array.from(
    { length: count },
    (_, i) => files[count === 1 ? files.length - 1 : Math.round((i * (files.length - 1)) / (count - 1))]!,
  );
  return Promise.all(
    chosen.map(async (file) => ({
      step: String(Number(file.slice(0, -4))),
      png: await shrunk(join(folder, file)),
    })),
  );
}
