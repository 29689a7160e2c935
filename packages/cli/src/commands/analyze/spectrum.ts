import { Args } from '@oclif/core';
import type { SpectrumComparison, WrittenAnalysis } from '@ganymede/toolkit';
import { performance } from 'node:perf_hooks';
import {
  analysisFlags,
  analysisLines,
  analysisOptions,
  integerOption,
  samplesFlag,
} from '../../analysis-flags.js';
import { WorkProgress } from '../../progress/work.js';
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
  static override args = {
    run: Args.string({ description: 'folder of the run, or its name below runs/', required: true }),
  };
  static override flags = { ...analysisFlags, ...samplesFlag };

  async run(): Promise<WrittenAnalysis<SpectrumComparison>> {
    const { args, flags } = await this.parse(AnalyzeSpectrum);
    const { analyzeSpectrum, findRun } = await import('@ganymede/toolkit');
    const progress = new WorkProgress(process.stderr, this.jsonEnabled(), () => performance.now());
    try {
      const written = await analyzeSpectrum({
        ...(await analysisOptions(findRun(args.run), flags, progress)),
        ...integerOption('samples', '--samples', flags.samples, 2),
      });
      progress.close();
      for (const line of analysisLines(written)) this.log(line);
      return written;
    } finally {
      progress.close();
    }
  }
}
