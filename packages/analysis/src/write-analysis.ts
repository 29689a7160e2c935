import { join } from 'node:path';
import { runLayout } from '@ganymede/checkpoints';
import { writeFileSafely } from '@ganymede/files';
import { analysisName, type Analysis, type AnalysisResult, type Picture } from './analysis.js';

export interface WrittenAnalysis<Details = unknown> {
  readonly analysis: Analysis<Details>;
  /** The JSON. */
  readonly path: string;
  /** The pictures and whatever else was written, by path. */
  readonly files: readonly string[];
}

/** Where a run's analyses lie, unless another folder is named. */
export function analysisFolder(run: string, out: string | undefined): string {
  return out ?? join(run, runLayout.analysis);
}

/**
 * Writes pictures, then the JSON that names them: whoever finds the JSON finds all of it. Needs no lock.
 * @param extras - other files, by what follows the name: `.safetensors`
 */
export async function writeAnalysis<Details>(
  folder: string,
  result: AnalysisResult<Details>,
  pictures: readonly Picture[],
  extras: Readonly<Record<string, Uint8Array>> = {},
): Promise<WrittenAnalysis<Details>> {
  const name = analysisName(result);
  const files: string[] = [];
  const write = async (file: string, content: string | Uint8Array): Promise<string> => {
    await writeFileSafely(join(folder, file), content);
    files.push(join(folder, file));
    return file;
  };
  const shown: { file: string; title: string }[] = [];
  for (const { id, title, content } of pictures) {
    const ending = typeof content === 'string' ? 'svg' : 'png';
    shown.push({ file: await write(`${name}-${id}.${ending}`, content), title });
  }
  for (const [ending, content] of Object.entries(extras)) await write(`${name}${ending}`, content);
  const { kind, subject, findings, numbers, conditions, environment, cautions, seconds, details } = result;
  const analysis: Analysis<Details> = {
    format: 1,
    kind,
    subject,
    findings,
    numbers,
    conditions,
    environment,
    cautions,
    pictures: shown,
    seconds,
    details,
  };
  const path = join(folder, `${name}.json`);
  await writeFileSafely(path, `${JSON.stringify(analysis)}\n`);
  return { analysis, path, files };
}
