import { Args, Flags } from '@oclif/core';
import { adviceLines } from '@ganymede/progress';
import type { Recommendation } from '@ganymede/toolkit';
import { imagesReaderOf } from '../images-at.js';
import { parseNumber } from '../parse-number.js';
import { fromHere, pathFlag } from '../path-flags.js';
import { pluginFlag, pluginsOf } from '../plugin-flag.js';
import { ToolkitCommand } from '../toolkit-command.js';

const value = (description: string, helpValue: string) => Flags.string({ description, helpValue });

export class Recommend extends ToolkitCommand {
  static override summary =
    'Look at your images and this machine, and write a config with the reason for each value.';
  static override description =
    'Counts images and classes, finds copies, alpha, grey and files that cannot be used, and times a few steps of the recipe. ' +
    'The file has above each key why it is so; it trains as it stands.';
  static override examples = [
    '<%= config.bin %> recommend photos',
    '<%= config.bin %> recommend photos --hours 8 --flip --out photos.yaml',
    '<%= config.bin %> recommend cifar-10-binary.tar.gz --no-measure --json',
  ];
  static override args = {
    data: Args.string({
      description: 'images: a folder, tar, CIFAR, IDX or .npz files, or a dataset component',
      required: true,
    }),
  };
  static override flags = {
    out: pathFlag({
      char: 'o',
      description: 'the config; recommended.yaml in the current folder by default',
      helpValue: '<file>',
    }),
    measure: Flags.boolean({ description: 'time a few steps of the recipe', default: true, allowNo: true }),
    hours: value('that training may take; 24 by default', '<n>'),
    preset: value('recipe to start from, instead of the one for the resolution', '<id>'),
    resolution: value('pixels a side, or <height>,<width>, instead of what fits images and machine', '<n>'),
    flip: Flags.boolean({ description: 'mirrored images belong to the data', allowNo: true }),
    regularizer: Flags.string({ description: 'a penalty to add', options: ['r1'] }),
    backend: value('engine: auto, tensorflow, wasm, ...', '<id>'),
    ...pluginFlag,
  };

  async run(): Promise<Recommendation> {
    const { args, flags } = await this.parse(Recommend);
    const { parseResolution, recommend } = await import('@ganymede/toolkit');
    const plugins = await pluginsOf(flags);
    const data = (await imagesReaderOf(plugins))(args.data);
    const made = await recommend({
      data,
      plugins,
      ...(flags.plugin && { pluginNames: flags.plugin }),
      out: flags.out ?? fromHere('recommended.yaml'),
      measure: flags.measure,
      ...(flags.hours !== undefined && { hours: parseNumber('--hours', flags.hours) }),
      ...(flags.preset !== undefined && { preset: flags.preset }),
      ...(flags.resolution !== undefined && {
        resolution: parseResolution('--resolution', flags.resolution),
      }),
      ...(flags.flip !== undefined && { flip: flags.flip }),
      ...(flags.regularizer === 'r1' && { regularizer: 'r1' }),
      ...(flags.backend !== undefined && { backend: { use: flags.backend } }),
      onEvent: (text) => this.logToStderr(text),
    });
    for (const line of adviceLines(made)) this.log(line);
    return made;
  }
}
