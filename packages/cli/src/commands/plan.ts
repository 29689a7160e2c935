import { GanymedeError } from '@ganymede/core';
import { clusterLines, exchangeLines, runPlanLines } from '@ganymede/progress';
import type { ClusterPlan, ExchangeReport, PlanReport } from '@ganymede/toolkit';
import { clusterFlags, expectClusterFlags } from '../cluster-flags.js';
import { endSoon } from '@ganymede/program';
import { loadConfig, type ConfigOfFlags } from '../load-config.js';
import { parseInteger } from '../parse-number.js';
import { engineFlags, recipeFlags, sourceFlags, workerFlags } from '../run-flags.js';
import { ToolkitCommand } from '../toolkit-command.js';

export class Plan extends ToolkitCommand {
  static override summary = 'Say what a run will take before it is started: time, memory, disk.';
  static override description =
    'Takes the flags of `train`, does a few steps of the run, and keeps nothing. With --workers it says what the run takes on ' +
    'several hosts, with one process each: speed, efficiency, memory, cost, and with --mtbf what failures make of it. A step and a ' +
    'network that are not given are measured here.';
  static override examples = [
    '<%= config.bin %> plan --preset cifar10 --data cifar-10-binary.tar.gz',
    '<%= config.bin %> plan --data photos --resolution 64 --ch 48',
    '<%= config.bin %> plan --preset cifar10 --data cifar-10-binary.tar.gz --workers 1,2 --threads 1',
    '<%= config.bin %> plan --preset biggan-128 --classes 1000 --workers 1..512 --step 1.9s@256 --step 0.2s@16 --bandwidth 10Gbit --latency 50us --mtbf 1000h --restart 2min --write-rate 500MB --price 1.2',
  ];
  static override flags = {
    ...sourceFlags,
    ...recipeFlags,
    ...engineFlags,
    ...clusterFlags,
    rank: workerFlags.rank,
    reach: workerFlags.reach,
  };

  async run(): Promise<PlanReport | ClusterPlan | ExchangeReport> {
    const { flags } = await this.parse(Plan);
    if (flags.rank !== undefined)
      return this.exchange(flags.rank, flags.between, await loadConfig(withData(flags)));
    expectClusterFlags(flags);
    const toolkit = await import('@ganymede/toolkit');
    const onEvent = (text: string): void => this.logToStderr(text);
    if (flags.workers === undefined) {
      const { config, plugins } = await loadConfig(flags);
      const report = await toolkit.plan({ config, plugins, onEvent });
      for (const line of runPlanLines(report)) this.log(line);
      return report;
    }
    // What is typed wrong is told before anything is opened.
    const workers = toolkit.quantities.parseWorkerCounts(flags.workers);
    const numbers = toolkit.numbersOfFlags(flags);
    const { askExchange, exchanging } = await import('@ganymede/launcher');
    const between = exchanging(flags.between);
    const loaded = await loadConfig(withData(flags));
    const plan = await toolkit.planCluster({
      ...loaded,
      workers,
      numbers,
      onEvent,
      exchange: {
        between: between.addresses?.join(', ') ?? `${between.count} processes of this machine`,
        measure: () =>
          askExchange(['plan', ...this.argv], {
            ...between,
            program: [process.execPath, process.argv[1]!],
            cwd: process.cwd(),
            reach: flags.reach,
          }),
      },
    });
    for (const line of clusterLines(plan)) this.log(line);
    return plan;
  }

  /** Measures sums as one of several processes that do the same. */
  private async exchange(
    rank: string,
    between: string | undefined,
    { config, plugins }: ConfigOfFlags,
  ): Promise<ExchangeReport> {
    const { exchanging } = await import('@ganymede/launcher');
    const { addresses } = exchanging(between);
    if (addresses === null)
      throw new GanymedeError('BAD_ARGUMENTS', '--rank: expected addresses in --between with it, got none', {
        kind: 'usage',
        hint: 'Type the same command on every host, with its own rank: --between a:2222,b:2222 --rank 0.',
      });
    const workers = { addresses, rank: parseInteger('--rank', rank, 0, addresses.length - 1) };
    const { measureExchange } = await import('@ganymede/toolkit');
    try {
      const report = await measureExchange({ config, plugins, workers });
      for (const line of exchangeLines(report)) this.log(line);
      return report;
    } catch (error) {
      endSoon(process);
      throw error;
    }
  }
}

/** Images that are not at hand need not be named where their classes are counted: none are opened then. */
function withData<T extends { readonly data?: string | undefined; readonly classes?: string | undefined }>(
  flags: T,
): T {
  return flags.data === undefined && flags.classes !== undefined ? { ...flags, data: 'shapes' } : flags;
}
