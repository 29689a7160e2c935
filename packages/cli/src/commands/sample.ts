import { Args, Flags } from '@oclif/core';
import { GanymedeError } from '@ganymede/core';
import { samplerLines, shownPath } from '@ganymede/progress';
import type { SampleFormat, SampleOptions, SampleResult } from '@ganymede/toolkit';
import { join } from 'node:path';
import { parseInteger } from '../parse-number.js';
import { checkpointOf, samplerFlag, samplerOf, truncationOf, samplingFlags } from '../sampling-flags.js';
import { pathFlag } from '../path-flags.js';
import { ToolkitCommand } from '../toolkit-command.js';
import { pluginsOf } from '../plugin-flag.js';
import { crewFlags } from '../run-flags.js';
import { withWorkers } from '../with-workers.js';

interface SampleReport {
  readonly run: string;
  readonly count: number;
  readonly files: readonly string[];
  /** How latents were drawn, where a sampler did. */
  readonly sampling?: SampleResult['sampling'];
}

export class Sample extends ToolkitCommand {
  static override summary = "Make images with a run's generator.";
  static override description =
    'Writes a sheet with one class per row, one PNG per sample, or arrays for numpy. The same seed gives the same images. ' +
    'Truncation has four different meanings, so it needs its convention.';
  static override examples = [
    '<%= config.bin %> sample --demo',
    '<%= config.bin %> sample runs/quickstart',
    '<%= config.bin %> sample quickstart --classes circle,star --per-class 16 --out stars.png',
    '<%= config.bin %> sample quickstart --mix circle,star:0.5 --count 9 --out between.png',
    '<%= config.bin %> sample quickstart --count 10000 --out samples.npz',
    '<%= config.bin %> sample cifar10 --count 50000 --out samples.npz --workers 4',
    '<%= config.bin %> sample quickstart --truncation 0.5 --truncation-convention resample',
    '<%= config.bin %> sample quickstart --sampler drs',
  ];
  static override args = {
    run: Args.string({ description: 'folder of the run, or its name below runs/; with --demo none' }),
  };
  static override flags = {
    ...samplingFlags,
    ...crewFlags(['demo']),
    sampler: samplerFlag(['demo', 'mix', 'latents']),
    demo: Flags.boolean({
      description: 'of the small generator of shapes that comes along, before any training',
    }),
    'per-class': Flags.string({
      description: 'images of each class, 8 unless --count is given',
      helpValue: '<n>',
    }),
    mix: Flags.string({
      description: 'two classes and the share of the second: circle,star:0.25',
      helpValue: '<mixture>',
      exclusive: ['classes', 'latents'],
    }),
    count: Flags.string({
      description: 'images in all, evenly over the classes',
      helpValue: '<n>',
      exclusive: ['per-class'],
    }),
    latents: pathFlag({
      description: 'file of latents, as analyze project writes it: an image of each, instead of draws',
      helpValue: '<file>',
      exclusive: ['count', 'per-class', 'classes', 'truncation'],
    }),
    statistics: Flags.string({
      description: 'of batch normalization: the running averages, or sums over fresh batches',
      options: ['running', 'standing'],
      default: 'running',
    }),
    'batch-size': Flags.string({ description: 'images at a time', helpValue: '<n>' }),
    out: pathFlag({
      char: 'o',
      description: 'folder, or a file that ends in .png, .npz or .safetensors; <run>/sampled by default',
    }),
    format: Flags.string({
      description: 'sheet, png (one a sample), npz or safetensors; may be repeated',
      options: ['sheet', 'png', 'npz', 'safetensors'],
      multiple: true,
      multipleNonGreedy: true,
    }),
  };

  async run(): Promise<SampleReport> {
    const { args, flags } = await this.parse(Sample);
    const { findRun, parseAssignment, parseMixture, sample, writeSamples } =
      await import('@ganymede/toolkit');
    const run = flags.demo ? demoRun : findRun(runNamed(args.run));
    const options: SampleOptions = {
      run,
      checkpoint: checkpointOf(flags.checkpoint),
      seed: parseInteger('--seed', flags.seed, 0),
      ema: flags.ema,
      statistics: flags.statistics as 'running' | 'standing',
      ...(flags.count !== undefined && { count: parseInteger('--count', flags.count, 1) }),
      ...(flags['per-class'] !== undefined && {
        perClass: parseInteger('--per-class', flags['per-class'], 1),
      }),
      ...(flags.classes && { classes: flags.classes }),
      ...(flags.mix !== undefined && { mixture: parseMixture(flags.mix) }),
      ...(flags.latents !== undefined && { latents: flags.latents }),
      ...(flags['batch-size'] !== undefined && {
        batchSize: parseInteger('--batch-size', flags['batch-size'], 1),
      }),
      ...(flags.backend !== undefined && { backend: { use: flags.backend } }),
      ...truncationOf(flags.truncation, flags['truncation-convention']),
      ...samplerOf(flags.sampler, parseAssignment),
      plugins: await pluginsOf(flags),
    };
    return withWorkers(['sample', ...this.argv], flags, async (workers) => {
      const samples = await this.withProgress((progress) =>
        sample({
          ...options,
          workers,
          onProgress: (done, total) => progress.count('making images', done, total),
          onSampling: (text, done, total) => progress.count(text, done, total),
        }),
      );
      if (workers && workers.rank > 0) return { run, count: samples.labels.length, files: [] };
      const files = await writeSamples(samples, {
        out: flags.out ?? (flags.demo ? 'demo-samples' : join(run, 'sampled')),
        ...(flags.format && { formats: flags.format as SampleFormat[] }),
      });
      for (const line of samplerLines(samples)) this.log(line);
      for (const file of files.slice(0, 8)) this.log(`wrote ${shownPath(file)}`);
      if (files.length > 8) this.log(`wrote ${files.length - 8} more`);
      const { sampling } = samples;
      return { run, count: samples.labels.length, files, ...(sampling && { sampling }) };
    });
  }
}

/** The run that is shipped with this package. */
const demoRun = join(__dirname, '..', '..', 'demo');

/** @throws BAD_ARGUMENTS */
function runNamed(run: string | undefined): string {
  if (run !== undefined) return run;
  throw new GanymedeError('BAD_ARGUMENTS', 'sample: expected a run, or --demo, got neither', {
    kind: 'usage',
    hint: 'Runs are below runs/; before any training type: ganymede sample --demo',
  });
}
