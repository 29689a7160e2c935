import { runPlanLines } from '@ganymede/progress';
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
    for (const line of runPlanLines(report)) this.log(line);
    return report;
  }
}
