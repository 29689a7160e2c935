import { formatBytes, formatDuration, formatRate } from '@ganymede/progress';
import type { PlanReport } from '@ganymede/toolkit';
import { loadConfig } from '../load-config.js';
import { engineFlags, recipeFlags, sourceFlags } from '../run-flags.js';
import { ToolkitCommand } from '../toolkit-command.js';

export class Plan extends ToolkitCommand {
  static override summary = 'Say what a run will take before it is started: time, memory, disk.';
  static override description = 'Takes the flags of `train`, does a few steps of the run, and keeps nothing.';
  static override examples = [
    '<%= config.bin %> plan --preset cifar10 --data cifar-10-binary.tar.gz',
    '<%= config.bin %> plan --data photos --resolution 64 --ch 48',
  ];
  static override flags = { ...sourceFlags, ...recipeFlags, ...engineFlags };

  async run(): Promise<PlanReport> {
    const { flags } = await this.parse(Plan);
    const { config, plugins } = await loadConfig(flags);
    const { plan } = await import('@ganymede/toolkit');
    const report = await plan({ config, plugins, onEvent: (text) => this.logToStderr(text) });
    for (const [name, value] of rows(report)) this.log(`${name.padEnd(24)}${value}`);
    return report;
  }
}

const millions = (value: number): string => `${(value / 1e6).toFixed(2)} M`;

function rows(report: PlanReport): (readonly [string, string])[] {
  const { backend, parameters } = report;
  return [
    ['engine', `${backend.library}, ${backend.device}, ${backend.threads} threads, ${report.precision}`],
    ['parameters', `G ${millions(parameters.generator)}, D ${millions(parameters.discriminator)}`],
    ['speed', `${formatRate(report.imagesPerSecond)}, ${report.stepSeconds.toFixed(2)} s a step`],
    ['whole run', `${report.steps} steps of ${report.batchSize}: ${formatDuration(report.totalSeconds)}`],
    ['data', `${millions(report.images)} images, each ${report.epochs.toFixed(1)} times`],
    ['memory', formatBytes(report.peakMemoryBytes)],
    ['disk', `${formatBytes(report.diskBytes)}; a checkpoint ${formatBytes(report.checkpointBytes)}`],
  ];
}
