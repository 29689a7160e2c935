import { Args, Flags } from '@oclif/core';
import { counted, formatBytes, shownPath } from '@ganymede/progress';
import type { PackedShards } from '@ganymede/toolkit';
import { imagesReaderOf } from '../../images-at.js';
import { parseInteger } from '../../parse-number.js';
import { pathFlag } from '../../path-flags.js';
import { pluginFlag, pluginsOf } from '../../plugin-flag.js';
import { ToolkitCommand } from '../../toolkit-command.js';

const shownSkipped = 5;

export class DataPack extends ToolkitCommand {
  static override summary =
    'Pack images into tar shards that train in constant memory, from a disk or a server.';
  static override description =
    "Shards have WebDataset's layout and an index beside them. Encoded images keep their bytes, plain pixels become PNG. A " +
    'pack that was cut off goes on with the same command.';
  static override examples = [
    '<%= config.bin %> data pack imagenet/train --out imagenet-shards',
    '<%= config.bin %> data pack cifar-10-binary.tar.gz --out cifar-shards --shard-size 32',
    '<%= config.bin %> train --data imagenet-shards',
    '<%= config.bin %> train --data https://example.org/imagenet-shards',
  ];
  static override args = {
    images: Args.string({
      description: 'a folder, tar, CIFAR, IDX or .npz files, other shards, or a dataset component',
      required: true,
    }),
  };
  static override flags = {
    ...pluginFlag,
    out: pathFlag({ char: 'o', description: 'folder, new or empty', required: true }),
    'shard-size': Flags.string({
      description: 'a shard has at most so many MiB',
      default: '256',
      helpValue: '<n>',
    }),
    check: Flags.boolean({
      description: 'decode every image to see that it can be',
      default: true,
      allowNo: true,
    }),
    strict: Flags.boolean({ description: 'stop at a file that cannot be used, instead of leaving it out' }),
  };

  async run(): Promise<PackedShards> {
    const { args, flags } = await this.parse(DataPack);
    const { packData } = await import('@ganymede/toolkit');
    const plugins = await pluginsOf(flags);
    const data = (await imagesReaderOf(plugins))(args.images);
    const packed = await this.withProgress((progress) =>
      packData({
        data,
        plugins,
        folder: flags.out,
        shardBytes: parseInteger('--shard-size', flags['shard-size'], 1) * 2 ** 20,
        check: flags.check,
        strict: flags.strict,
        strictHint: 'leave out --strict, which lists such files',
        onProgress: (done, total) => progress.count('packing images', done, total),
      }),
    );
    const { images, classes, shards, bytes, reused, skipped, notes = [] } = packed;
    for (const note of notes) this.log(note);
    for (const { file, reason } of skipped.slice(0, shownSkipped)) this.log(`left out: ${file} ${reason}`);
    if (skipped.length > shownSkipped) this.log(`left out: ${skipped.length - shownSkipped} more`);
    if (reused > 0) this.log(`${counted(reused, 'image')} lay in shards that were whole already`);
    this.log(
      `wrote ${shownPath(packed.path)}: ${counted(images, 'image')} of ${counted(classes.length, 'class', 'classes')} in ${counted(shards.length, 'shard')}, ${formatBytes(bytes)}`,
    );
    return packed;
  }
}
