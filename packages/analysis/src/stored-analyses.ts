import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runLayout } from '@ganymede/checkpoints';
import { parseJsonAs } from '@ganymede/core';
import { z } from 'zod';
import { damagedAnalysis } from './errors.js';
import { analysisKinds, type Analysis } from './analysis.js';

const values = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));

const schema = z.object({
  format: z.literal(1),
  kind: z.enum(analysisKinds),
  subject: z.object({ name: z.string(), step: z.int().min(0) }),
  findings: z.array(z.string()),
  // NaN and the infinities are null in JSON.
  numbers: z.record(
    z.string(),
    z
      .number()
      .nullable()
      .transform((value) => value ?? Number.NaN),
  ),
  conditions: values,
  environment: values,
  cautions: z.array(z.string()),
  pictures: z.array(z.object({ file: z.string().regex(/^[\w.-]+\.(svg|png)$/), title: z.string() })),
  seconds: z.number(),
  details: z.unknown(),
});

/** An analysis with its pictures. */
export interface StoredAnalysis {
  readonly file: string;
  readonly analysis: Analysis;
  readonly pictures: readonly { readonly title: string; readonly content: string | Buffer }[];
}

/**
 * The analyses that lie in a run, in the order of their kinds, then of their files; empty where there are none.
 * @throws ANALYSIS_DAMAGED
 */
export async function storedAnalyses(run: string): Promise<readonly StoredAnalysis[]> {
  const folder = join(run, runLayout.analysis);
  if (!existsSync(folder)) return [];
  const files = (await readdir(folder)).filter((file) => file.endsWith('.json')).sort();
  const all = await Promise.all(files.map((file) => readAnalysis(folder, file)));
  const place = ({ analysis: { kind } }: StoredAnalysis): number => analysisKinds.indexOf(kind);
  return all.sort((a, b) => place(a) - place(b));
}

/** Of every kind those of its newest step. */
export function newestAnalyses(all: readonly StoredAnalysis[]): readonly StoredAnalysis[] {
  const newest = new Map<string, number>();
  for (const { analysis } of all)
    newest.set(analysis.kind, Math.max(newest.get(analysis.kind) ?? 0, analysis.subject.step));
  return all.filter(({ analysis }) => newest.get(analysis.kind) === analysis.subject.step);
}

async function readAnalysis(folder: string, file: string): Promise<StoredAnalysis> {
  const path = join(folder, file);
  const text = await readFile(path, 'utf8');
  const analysis: Analysis = parseJsonAs(schema, text, (got) => damagedAnalysis(path, 'an analysis', got));
  const pictures = await Promise.all(
    analysis.pictures.map(async ({ file: name, title }) => {
      const picture = join(folder, name);
      if (!existsSync(picture)) throw damagedAnalysis(path, `its picture ${name}`, 'no such file');
      const content = name.endsWith('.svg') ? await readFile(picture, 'utf8') : await readFile(picture);
      return { title, content };
    }),
  );
  return { file: path, analysis, pictures };
}
