import { writeFileSafely } from '@ganymede/files';
import { join } from 'node:path';
import { collectReport } from './collect-report.js';
import { reportPage } from './report-page.js';

/**
 * Writes a run as one HTML file that needs no network: samples over time, metrics with their manifests, the truncation
 * curve, what was analyzed, losses and what else was logged, config and environment.
 * @param out - path of the file; `<run>/report.html` by default
 * @returns the path
 * @throws RUN_NOT_FOUND, RUN_CONFIG_DAMAGED, EVALUATION_DAMAGED, ANALYSIS_DAMAGED, DISK_FULL, CANNOT_WRITE
 */
export async function writeReport(run: string, out: string = join(run, 'report.html')): Promise<string> {
  await writeFileSafely(out, reportPage(await collectReport(run)));
  return out;
}
