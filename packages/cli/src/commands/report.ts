import { shownPath } from '@ganymede/progress';
import { pathFlag } from '../path-flags.js';
import { runArg } from '../open-run.js';
import { ToolkitCommand } from '../toolkit-command.js';

export class Report extends ToolkitCommand {
  static override summary = 'Write a run as one HTML file that needs no network.';
  static override description =
    'Samples over time, metrics with their manifests, the truncation curve, what was analyzed, losses and what else was ' +
    'logged, config and environment. Something to send to a colleague.';
  static override examples = [
    '<%= config.bin %> report cifar10',
    '<%= config.bin %> report cifar10 --out cifar10.html',
  ];
  static override args = { run: runArg };
  static override flags = {
    out: pathFlag({ char: 'o', description: 'file; <run>/report.html by default' }),
  };

  async run(): Promise<{ readonly path: string }> {
    const { args, flags } = await this.parse(Report);
    const { findRun, writeReport } = await import('@ganymede/toolkit');
    const path = await writeReport(findRun(args.run), flags.out);
    this.log(`wrote ${shownPath(path)}`);
    return { path };
  }
}
