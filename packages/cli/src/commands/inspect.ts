import { shownPath } from '@ganymede/progress';
import type { Inspection } from '@ganymede/toolkit';
import { join } from 'node:path';
import { pathFlag } from '../path-flags.js';
import { runArg } from '../open-run.js';
import { ToolkitCommand } from '../toolkit-command.js';

export class Inspect extends ToolkitCommand {
  static override summary = 'Draw what a run recorded: singular values, norms, outputs, warnings.';
  static override description =
    'Writes figures as SVG and PNG, and one HTML page with all of them that needs no network. Singular values need the ' +
    'stabilizer spectrum in the run, outputs and variety need the stabilizer probe. Also works while the run trains.';
  static override examples = [
    '<%= config.bin %> inspect runs/quickstart',
    '<%= config.bin %> inspect quickstart --out figures',
    '<%= config.bin %> inspect quickstart --json > series.json',
  ];
  static override args = { run: runArg };
  static override flags = {
    out: pathFlag({
      char: 'o',
      description: 'folder; <run>/inspection by default, with --json nothing is written unless it is given',
    }),
  };

  async run(): Promise<Inspection> {
    const { args, flags } = await this.parse(Inspect);
    const { findRun, inspect } = await import('@ganymede/toolkit');
    const run = findRun(args.run);
    const out = flags.out ?? (this.jsonEnabled() ? null : join(run, 'inspection'));
    const inspection = await inspect({ run, out });
    const { evidence } = inspection.series;
    for (const { kind, text } of evidence) this.log(`${kind}: ${text}`);
    for (const file of inspection.files) this.log(`wrote ${shownPath(file)}`);
    return inspection;
  }
}
