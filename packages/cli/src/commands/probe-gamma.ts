import { Flags } from '@oclif/core';
import { gammaLines, shownPath } from '@ganymede/progress';
import type { GammaProbe, SweepEvent } from '@ganymede/toolkit';
import { endInOrder } from '../end-in-order.js';
import { exitCodes } from '@ganymede/program';
import { loadConfig } from '../load-config.js';
import { measureFlags } from '../measure-flags.js';
import { parseInteger, parseNumber } from '../parse-number.js';
import { fromHere, pathFlag } from '../path-flags.js';
import { engineFlags, recipeFlags, sourceFlags } from '../run-flags.js';
import { ToolkitCommand } from '../toolkit-command.js';

const value = (description: string, helpValue: string) => Flags.string({ description, helpValue });

export class ProbeGamma extends ToolkitCommand {
  static override summary = 'Train a config for a few steps with several gammas of R1, and say which hold.';
  static override description =
    'Takes the flags of `train`. All trials begin with one seed. A gamma holds if its trial ends without a sign of collapse; ' +
    'the best is that with the lowest FID, or without an extractor the smallest under which D does not memorize. ' +
    'The same command goes on where it was stopped; gamma.json in its folder says all of it.';
  static override examples = [
    '<%= config.bin %> probe-gamma --config recommended.yaml --regularizer r1',
    '<%= config.bin %> probe-gamma --config recommended.yaml --gammas 0.01,0.1,1 --trial-steps 1000',
    '<%= config.bin %> probe-gamma --config recommended.yaml --regularizer r1+r2 --extractor trained-classifier --weights own.safetensors',
  ];
  static override flags = {
    ...sourceFlags,
    gammas: value(
      'numbers separated by commas; by default from a sixteenth to sixteen times the config’s',
      '<list>',
    ),
    regularizer: Flags.string({
      description: 'added where the config has no penalty with gamma',
      options: ['r1', 'r1+r2'],
    }),
    'trial-steps': value('generator steps of each trial; 500 by default', '<n>'),
    extractor: measureFlags.extractor,
    weights: measureFlags.weights,
    samples: value('generated images of each FID; 2000 by default', '<n>'),
    out: pathFlag({
      char: 'o',
      description: 'folder of the trials; gamma-probe in the current one by default',
      helpValue: '<folder>',
    }),
    ...recipeFlags,
    ...engineFlags,
  };

  async run(): Promise<GammaProbe> {
    const { flags } = await this.parse(ProbeGamma);
    const { config, plugins } = await loadConfig(flags);
    const { probeGamma } = await import('@ganymede/toolkit');
    const { gammas, regularizer, extractor, weights, samples } = flags;
    const steps = flags['trial-steps'];
    const options = {
      config,
      plugins,
      folder: flags.out ?? fromHere('gamma-probe'),
      ...(gammas !== undefined && { gammas: gammas.split(',').map((one) => parseNumber('--gammas', one)) }),
      ...(regularizer !== undefined && { regularizer: regularizer as 'r1' | 'r1+r2' }),
      ...(steps !== undefined && { steps: parseInteger('--trial-steps', steps, 1) }),
      ...(extractor !== undefined && {
        extractor: { use: extractor, ...(weights !== undefined && { weights }) },
      }),
      ...(samples !== undefined && { samples: parseInteger('--samples', samples, 2) }),
    };
    const note = (text: string): void => this.logToStderr(text);
    const { made, stopped } = await endInOrder(note, (signal, follow) => {
      const onEvent = (event: SweepEvent): void => {
        follow(event);
        if (event.kind === 'begin') note(`[${event.number}/${event.total}] ${event.cell}: ${event.what}`);
      };
      return probeGamma({ ...options, signal, onEvent });
    });
    for (const line of gammaLines(made)) this.log(line);
    this.log(`wrote ${shownPath(`${made.folder}/gamma.json`)}`);
    const failed = made.finished && made.best === null ? exitCodes.failed : exitCodes.ok;
    process.exitCode = stopped ?? failed;
    return made;
  }
}
