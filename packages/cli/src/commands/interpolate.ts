import { Flags } from '@oclif/core';
import { shownPath } from '@ganymede/progress';
import { join } from 'node:path';
import { parseInteger, parseNumber } from '../parse-number.js';
import { pathFlag } from '../path-flags.js';
import { runArg } from '../open-run.js';
import { ToolkitCommand } from '../toolkit-command.js';
import { checkpointOf, samplingFlags, truncationOf } from '../sampling-flags.js';
import { pluginsOf } from '../plugin-flag.js';

interface InterpolateReport {
  readonly run: string;
  readonly paths: number;
  readonly steps: number;
  readonly file: string;
}

export class Interpolate extends ToolkitCommand {
  static override summary = "Walk between images of a run's generator.";
  static override description =
    'Each path leads from one latent and class to the next, along both or one of them. Classes mix in the ' +
    'embedding that the generator has of them.';
  static override examples = [
    '<%= config.bin %> interpolate quickstart',
    '<%= config.bin %> interpolate quickstart --vary class --out classes.gif --steps 24',
    '<%= config.bin %> interpolate quickstart --vary latent --classes star --paths 4',
    '<%= config.bin %> interpolate quickstart --vary latent --classes star --seed 3 --to-seed 8 --out walk.gif',
    "<%= config.bin %> interpolate quickstart --direction '1 of linear' --classes star --paths 3",
  ];
  static override args = { run: runArg };
  static override flags = {
    ...samplingFlags,
    paths: Flags.string({ description: 'paths; 8, or all of --latents, by default', helpValue: '<n>' }),
    latents: pathFlag({
      description: 'file of latents, as analyze project writes it: from each to the next, instead of draws',
      helpValue: '<file>',
      exclusive: ['paths', 'classes', 'truncation'],
    }),
    mix: Flags.string({
      description: 'two classes and the share of the second, for every image: circle,star:0.25',
      helpValue: '<mixture>',
      exclusive: ['classes', 'latents'],
    }),
    'to-seed': Flags.string({
      description: 'one path, from the first draw of --seed to the first of this',
      helpValue: '<n>',
      exclusive: ['paths', 'latents', 'direction'],
    }),
    direction: Flags.string({
      description: 'to both sides of each draw, along a direction that analyze directions found',
      helpValue: '<name>',
    }),
    extent: Flags.string({
      description: 'how far along --direction, as a length in z; 3 by default',
      helpValue: '<length>',
      dependsOn: ['direction'],
    }),
    steps: Flags.string({
      description: 'images a path, both ends included',
      default: '9',
      helpValue: '<n>',
    }),
    vary: Flags.string({
      description: 'what changes along a path',
      options: ['latent', 'class', 'both'],
      default: 'both',
    }),
    interpolation: Flags.string({
      description: 'of latents: on the arc, or on the line as BigGAN-PyTorch does',
      options: ['spherical', 'linear'],
      default: 'spherical',
    }),
    fps: Flags.string({
      description: 'images a second of an animation',
      default: '20',
      helpValue: '<n>',
    }),
    out: pathFlag({
      char: 'o',
      description:
        'a .png sheet with a path a row, or a .gif or .webp animation; <run>/interpolation.png by default',
      helpValue: '<file>',
    }),
  };

  async run(): Promise<InterpolateReport> {
    const { args, flags } = await this.parse(Interpolate);
    const { directionNamed, findRun, interpolate, parseMixture, writeInterpolation } =
      await import('@ganymede/toolkit');
    const run = findRun(args.run);
    const file = flags.out ?? join(run, 'interpolation.png');
    const result = await interpolate({
      run,
      checkpoint: checkpointOf(flags.checkpoint),
      ...(flags.paths !== undefined && { paths: parseInteger('--paths', flags.paths, 1) }),
      ...(flags.latents !== undefined && { latents: flags.latents }),
      ...(flags['to-seed'] !== undefined && { toSeed: parseInteger('--to-seed', flags['to-seed'], 0) }),
      ...(flags.direction !== undefined && {
        along: {
          vector: (await directionNamed(run, flags.direction)).vector,
          extent: parseNumber('--extent', flags.extent ?? '3'),
        },
      }),
      ...(flags.mix !== undefined && { mixture: parseMixture(flags.mix) }),
      steps: parseInteger('--steps', flags.steps, 2),
      varying: flags.vary as 'latent' | 'class' | 'both',
      interpolation: flags.interpolation as 'spherical' | 'linear',
      seed: parseInteger('--seed', flags.seed, 0),
      ema: flags.ema,
      ...(flags.classes && { classes: flags.classes }),
      ...(flags.backend !== undefined && { backend: { use: flags.backend } }),
      ...truncationOf(flags.truncation, flags['truncation-convention']),
      plugins: await pluginsOf(flags),
    });
    await writeInterpolation(result, file, { framesPerSecond: parseNumber('--fps', flags.fps) });
    this.log(`wrote ${shownPath(file)}`);
    return { run, paths: result.paths, steps: result.steps, file };
  }
}
