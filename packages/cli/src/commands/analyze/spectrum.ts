import type { SpectrumComparison, WrittenAnalysis } from '@ganymede/toolkit';
import { analysisFlags, analysisOptions, integerOption, samplesFlag } from '../../analysis-flags.js';
import { runArg } from '../../open-run.js';
import { ToolkitCommand } from '../../toolkit-command.js';

export class AnalyzeSpectrum extends ToolkitCommand {
  static override summary = 'Compare the power spectra of real and generated images.';
  static override description =
    'Mean power by frequency, over the plane and by the length of the frequency, with the difference in decibels; two ' +
    'halves of the real images say what difference means nothing. Checkerboards of upsampling show as spots at the ' +
    'borders and corners, blur as missing power at high frequencies.';
  static override examples = [
    '<%= config.bin %> analyze spectrum cifar10',
    '<%= config.bin %> analyze spectrum cifar10 --samples 10000',
  ];
  static override args = { run: runArg };
  static override flags = { ...analysisFlags, ...samplesFlag };

  async run(): Promise<WrittenAnalysis<SpectrumComparison>> {
    const { args, flags } = await this.parse(AnalyzeSpectrum);
    const { analyzeSpectrum, findRun } = await import('@ganymede/toolkit');
    return this.analyzed(async (progress) =>
      analyzeSpectrum({
        ...(await analysisOptions(findRun(args.run), flags, progress)),
        ...integerOption('samples', '--samples', flags.samples, 2),
      }),
    );
  }
}
