import { Flags } from '@oclif/core';
import { selectionLines } from '@ganymede/progress';
import type { SelectedImages } from '@ganymede/toolkit';
import { imagesReaderOf } from '../../images-at.js';
import { measureFlags, measureOptions } from '../../measure-flags.js';
import { parseNumber } from '../../parse-number.js';
import { imagesFlag, pathFlag } from '../../path-flags.js';
import { pluginFlag, pluginsOf } from '../../plugin-flag.js';
import { ToolkitCommand } from '../../toolkit-command.js';

const { extractor, weights, resizer, precision, backend, set } = measureFlags;

export class DataSelect extends ToolkitCommand {
  static override summary = 'List the training images that are most like the others: instance selection.';
  static override description =
    'Fits a Gaussian to features of each class and keeps the share of images of the greatest log-likelihood ' +
    '(arXiv:2007.15255): less variety, more fidelity from the same training. `train --set selection=<list>` trains on them.';
  static override examples = [
    '<%= config.bin %> data select --data photos --share 0.5 --resolution 64 --out photos-half.json',
    '<%= config.bin %> train --data photos --resolution 64 --set selection=photos-half.json',
  ];
  static override flags = {
    ...pluginFlag,
    data: imagesFlag({ char: 'd', description: 'training images', required: true }),
    share: Flags.string({ description: 'of the images to keep, e.g. 0.5', required: true, helpValue: '<x>' }),
    out: pathFlag({ char: 'o', description: 'file, .json', required: true }),
    within: Flags.string({
      description: 'a Gaussian for each class, or one over all data',
      options: ['class', 'data'],
      default: 'class',
    }),
    regularization: Flags.string({ description: 'added to variances; 0.00001 by default', helpValue: '<x>' }),
    resolution: Flags.string({
      description: 'of the run: pixels a side, or <height>,<width>; the size of the images by default',
      helpValue: '<n>',
    }),
    channels: Flags.string({ description: 'of the run', options: ['1', '3', '4'], default: '3' }),
    ...{ extractor, weights, resizer, precision, backend, set },
  };

  async run(): Promise<SelectedImages> {
    const { flags } = await this.parse(DataSelect);
    const { parseAssignment, parseResolution, selectImages } = await import('@ganymede/toolkit');
    const plugins = await pluginsOf(flags);
    const readImages = await imagesReaderOf(plugins);
    const defaults = { metrics: [], extractor: { use: 'inception-v3' } };
    const {
      metrics: _,
      cache: __,
      ...how
    } = measureOptions({ ...flags, cache: true }, defaults, parseAssignment);
    const { regularization } = flags;
    const selected = await this.withProgress((progress) =>
      selectImages({
        ...how,
        data: readImages(flags.data),
        share: parseNumber('--share', flags.share),
        out: flags.out,
        within: flags.within as 'class' | 'data',
        channels: Number(flags.channels) as 1 | 3 | 4,
        plugins,
        ...(regularization !== undefined && {
          regularization: parseNumber('--regularization', regularization),
        }),
        ...(flags.resolution !== undefined && {
          resolution: parseResolution('--resolution', flags.resolution),
        }),
        onProgress: (text, done, total) => progress.count(text, done, total),
      }),
    );
    for (const line of selectionLines(selected)) this.log(line);
    return selected;
  }
}
