import { Args, Flags } from '@oclif/core';
import { GanymedeError } from '@ganymede/core';
import type { ProjectImagesOptions, ProjectionDetails, WrittenAnalysis } from '@ganymede/toolkit';
import { performance } from 'node:perf_hooks';
import { analysisFlags, analysisLines, analysisOptions, integerOption } from '../../analysis-flags.js';
import { measureFlags, measureOptions } from '../../measure-flags.js';
import { parseNumber } from '../../parse-number.js';
import { WorkProgress } from '../../progress/work.js';
import { ToolkitCommand } from '../../toolkit-command.js';
import { pluginsOf } from '../../plugin-flag.js';

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
    run: Args.string({ description: 'folder of the run, or its name below runs/', required: true }),
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
    const { findRun, loadRunConfig, parseAssignment, projectImages } = await import('@ganymede/toolkit');
    const run = findRun(name!);
    const { config, plugins } = await loadRunConfig(run, [], await pluginsOf(flags), { needsData: false });
    const progress = new WorkProgress(process.stderr, this.jsonEnabled(), () => performance.now());
    const defaults = { metrics: [], extractor: config.featureExtractor };
    const options: ProjectImagesOptions = {
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
    };
    try {
      const written = await projectImages(options);
      progress.close();
      for (const line of analysisLines(written)) this.log(line);
      return written;
    } finally {
      progress.close();
    }
  }
}
