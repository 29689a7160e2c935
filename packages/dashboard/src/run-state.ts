import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { readBest, readRunConfig, readRunEnvironment, runLayout, runOwner } from '@ganymede/checkpoints';
import { imagesPerStep } from '@ganymede/core';
import { isAlive, thisProcess, type ProcessIdentity } from '@ganymede/files';
import { z } from 'zod';
import type { RunEvents } from './run-events.js';

export type RunStatus = 'running' | 'finished' | 'stopped' | 'damaged';

/** What a list of runs says of each. */
export interface RunSummary {
  readonly id: string;
  readonly status: RunStatus;
  /** What is wrong with it, in words; null where nothing is. */
  readonly problem: string | null;
  readonly step: number;
  readonly steps: number | null;
  readonly imagesPerSecond: number | null;
  readonly secondsLeft: number | null;
  /** Milliseconds since 1970 of the last event; null where there is none. */
  readonly changed: number | null;
  /** Name of the newest sheet. */
  readonly sheet: string | null;
  readonly remarks: number;
}

/** Who trains the run on this machine now; null where nobody does. */
export async function ownerOf(run: string): Promise<ProcessIdentity | null> {
  const owner = await runOwner(run);
  const isLocked = await stat(join(run, runLayout.lock)).then(
    () => true,
    () => false,
  );
  return isLocked && owner?.host === thisProcess().host && isAlive(owner) ? owner : null;
}

/** Names of the sheets, the first step first. */
async function sheetsOf(run: string): Promise<readonly string[]> {
  const files = await readdir(join(run, runLayout.samples)).catch(() => []);
  return files.filter((file) => /^\d+\.png$/.test(file)).sort();
}

const number = z.number().optional().catch(undefined);

/** What a list tells of a config, whatever else is in it or missing. */
const runNumbers = z
  .object({ steps: number, batchSize: number, discriminatorSteps: number, accumulation: number })
  .catch({ steps: undefined, batchSize: undefined, discriminatorSteps: undefined, accumulation: undefined });

type RunNumbers = z.output<typeof runNumbers>;

/** @param events - refreshed */
export async function summaryOf(id: string, run: string, events: RunEvents): Promise<RunSummary> {
  let config: RunNumbers = runNumbers.parse({});
  let problem: string | null = null;
  try {
    config = runNumbers.parse(await readRunConfig(run));
  } catch (error) {
    problem = error instanceof Error ? error.message : String(error);
  }
  const step = events.lastStep ?? 0;
  const steps = config.steps ?? null;
  const imagesPerSecond = events.lines.get('imagesPerSecond')?.values.at(-1) ?? null;
  const owner = await ownerOf(run);
  const sheets = await sheetsOf(run);
  const changed = await stat(join(run, runLayout.events)).then(
    ({ mtimeMs }) => mtimeMs,
    () => null,
  );
  const status =
    problem !== null
      ? 'damaged'
      : owner
        ? 'running'
        : steps !== null && step >= steps
          ? 'finished'
          : 'stopped';
  return {
    id,
    status,
    problem,
    step,
    steps,
    imagesPerSecond,
    secondsLeft: status === 'running' ? secondsLeft(config, steps, step, imagesPerSecond) : null,
    changed,
    sheet: sheets.at(-1) ?? null,
    remarks: events.remarks.length,
  };
}

/** At the rate of the last event; a step takes the images of all of D's batches. */
function secondsLeft(
  { batchSize = 1, discriminatorSteps = 1, accumulation = 1 }: RunNumbers,
  steps: number | null,
  step: number,
  imagesPerSecond: number | null,
): number | null {
  if (steps === null || !imagesPerSecond) return null;
  return ((steps - step) * imagesPerStep({ batchSize, accumulation, discriminatorSteps })) / imagesPerSecond;
}

/** What the page of one run shows besides its charts. */
export interface RunDetail extends RunSummary {
  readonly folder: string;
  readonly config: unknown;
  readonly environment: unknown;
  readonly sheets: readonly string[];
  readonly evidence: RunEvents['remarks'];
  readonly damagedLines: number;
  readonly evaluations: readonly { readonly name: string; readonly evaluation: unknown }[];
  readonly analyses: readonly unknown[];
  readonly best: unknown;
}

/** Files that are half-written or damaged are left out; the rest is shown. */
export async function detailOf(id: string, run: string, events: RunEvents): Promise<RunDetail> {
  return {
    ...(await summaryOf(id, run, events)),
    folder: basename(resolve(run)),
    config: await readRunConfig(run).catch(() => null),
    environment: await readRunEnvironment(run),
    sheets: await sheetsOf(run),
    evidence: events.remarks.slice(-500),
    damagedLines: events.damaged,
    evaluations: (await jsonFiles(join(run, runLayout.evaluations))).map(({ name, content }) => ({
      name,
      evaluation: content,
    })),
    analyses: (await jsonFiles(join(run, runLayout.analysis))).map(({ content }) => {
      // Directions and the like are long, and nobody reads them here.
      const { details: _, ...rest } = content as Record<string, unknown>;
      return rest;
    }),
    best: await readBest(run).catch(() => null),
  };
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as unknown;
  } catch {
    return null;
  }
}

async function jsonFiles(
  folder: string,
): Promise<readonly { readonly name: string; readonly content: object }[]> {
  const files = (await readdir(folder).catch(() => [])).filter((file) => file.endsWith('.json')).sort();
  const all = await Promise.all(
    files.map(async (file) => ({ name: file.slice(0, -5), content: await readJson(join(folder, file)) })),
  );
  return all.filter(
    (one): one is { name: string; content: object } =>
      typeof one.content === 'object' && one.content !== null,
  );
}
