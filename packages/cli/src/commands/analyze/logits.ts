import type { LogitsDetails, WrittenAnalysis } from '@ganymede/toolkit';
import {
  analysisFlags,
  analysisOptions,
  heldOutFlag,
  heldOutImages,
  integerOption,
  samplesFlag,
} from '../../analysis-flags.js';
import { openRun, runArg } from '../../open-run.js';
import { ToolkitCommand } from '../../toolkit-command.js';

export class AnalyzeLogits extends ToolkitCommand {
  static override summary = "Histograms of D's outputs on training, held-out and generated images.";
  static override description =
    'Shows whether D tells generated images from real ones, and whether it has memorized its training images: then ' +
    'held-out images get other outputs. Generated images are those of the moving average unless --no-ema is given.';
  static override examples = [
    '<%= config.bin %> analyze logits cifar10 --held-out cifar-10-binary.tar.gz:test',
    '<%= config.bin %> analyze logits cifar10 --no-ema --samples 5000',
  ];
  static override args = { run: runArg };
  static override flags = { ...analysisFlags, ...samplesFlag, ...heldOutFlag };

  async run(): Promise<WrittenAnalysis<LogitsDetails>> {
    const { args, flags } = await this.parse(AnalyzeLogits);
    const { analyzeLogits } = await import('@ganymede/toolkit');
    const { run, plugins } = await openRun(args.run, flags);
    return this.analyzed(async (progress) =>
      analyzeLogits({
        ...(await analysisOptions(run, flags, progress)),
        ...integerOption('samples', '--samples', flags.samples, 2),
        ...(await heldOutImages(flags['held-out'], plugins)),
      }),
    );
  }
}
