import { Args, Flags } from '@oclif/core';
import { GanymedeError } from '@ganymede/core';
import type { ProjectionDetails, WrittenAnalysis } from '@ganymede/toolkit';
import { analysisFlags, analysisOptions, integerOption } from '../../analysis-flags.js';
import { measureFlags, measureOptions } from '../../measure-flags.js';
import { parseNumber } from '../../parse-number.js';
import { openRun, runArg } from '../../open-run.js';
import { ToolkitCommand } from '../../toolkit-command.js';

const { extractor, weights, resizer, set } = measureFlags;

export class AnalyzeProject extends ToolkitCommand {
  // A run, then any number of images.
  static override strict = false;
  static override summary = 'Find latents whose images are like given ones.';
  static override description =
    'Optimizes z, and the mixture of classes unless --class names one, from several draws. Writes targets beside ' +
    'reconstructions, the losses, and the latents as a file that sample and interpolate take with --latents. With ' +
    '--extractor the distance of its features is part of the loss.';
  static override examples = [
    '<%= config.bin %> analyze project quickstart star.png heart.png',
    '<%= config.bin %> analyze project cifar10 horse.jpg --class horse --extractor inception-v3 --steps 800',
    '<%= config.bin %> interpolate quickstart --latents runs/quickstart/analysis/projection-00002400-1a2b3c4d.safetensors',
  ];
  static override args = {
    run: runArg,
    images: Args.string({ description: 'files of images' }),
  };
  static override flags = {
    ...analysisFlags,
    class: Flags.string({
      description: 'of all images, name or number; by default the mixture of classes is looked for too',
      helpValue: '<class>',
    }),
    steps: Flags.string({ description: 'of Adam', default: '400', helpValue: '<n>' }),
    restarts: Flags.string({ description: 'draws to start from', default: '4', helpValue: '<n>' }),
    lr: Flags.string({ description: 'learning rate at its greatest', default: '0.05', helpValue: '<rate>' }),
    'pixel-weight': Flags.string({ description: 'of pixels in the loss', default: '1', helpValue: '<x>' }),
    'feature-weight': Flags.string({
      description: 'of features in the loss, where there is an extractor',
      default: '1',
      helpValue: '<x>',
    }),
    'latent-weight': Flags.string({
      description: "against latents longer than the prior's",
      default: '0.1',
      helpValue: '<x>',
    }),
    extractor,
    weights,
    resizer,
    set,
  };

  async run(): Promise<WrittenAnalysis<ProjectionDetails> & { readonly latents: string }> {
    const { argv, flags } = await this.parse(AnalyzeProject);
    const [name, ...images] = argv as string[];
    if (images.length === 0)
      throw new GanymedeError('BAD_ARGUMENTS', 'analyze project: expected images after the run, got none', {
        kind: 'usage',
        hint: 'For example: ganymede analyze project quickstart star.png',
      });
    const { parseAssignment, projectImages } = await import('@ganymede/toolkit');
    const { run, config, plugins } = await openRun(name!, flags);
    const defaults = { metrics: [], extractor: config.featureExtractor };
    return this.analyzed(async (progress) =>
      projectImages({
        ...(await analysisOptions(run, flags, progress)),
        plugins,
        images,
        ...integerOption('steps', '--steps', flags.steps),
        ...integerOption('restarts', '--restarts', flags.restarts),
        learningRate: parseNumber('--lr', flags.lr),
        pixelWeight: parseNumber('--pixel-weight', flags['pixel-weight']),
        featureWeight: parseNumber('--feature-weight', flags['feature-weight']),
        latentWeight: parseNumber('--latent-weight', flags['latent-weight']),
        ...(flags.class !== undefined && { class: flags.class }),
        ...(flags.extractor !== undefined && {
          extractor: measureOptions({ ...flags, cache: false }, defaults, parseAssignment).extractor!,
        }),
      }),
    );
  }
}
