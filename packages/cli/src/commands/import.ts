import { Args } from '@oclif/core';
import { GanymedeError } from '@ganymede/core';
import { shownPath } from '@ganymede/progress';
import type { ImportResult } from '@ganymede/toolkit';
import { basename, join } from 'node:path';
import { imagesReaderOf } from '../images-at.js';
import { assignmentsOf, engineFlags, recipeFlags, sourceFlags } from '../run-flags.js';
import { pathFlag } from '../path-flags.js';
import { pluginsOf } from '../plugin-flag.js';
import { ToolkitCommand } from '../toolkit-command.js';

export class Import extends ToolkitCommand {
  static override summary = 'Make a run of weights that were trained elsewhere.';
  static override description =
    "Reads BigGAN-PyTorch's G.pth, D.pth, G_ema.pth and optimizer files, the released BigGAN-deep (config.json and " +
    'pytorch_model.bin), safetensors, and what `export` wrote for web and npm. Pickles are read without running them. Without flags beside the weights, names and ' +
    'shapes give the architecture. Everything fits and is imported, or nothing is written.';
  static override examples = [
    '<%= config.bin %> import weights/138k --out runs/biggan-128',
    '<%= config.bin %> import G_ema.pth --out runs/ema',
    '<%= config.bin %> import biggan-deep-128 --out runs/deep',
    '<%= config.bin %> import weights/138k --data imagenet/train --out runs/biggan-128',
  ];
  // Several files or folders.
  static override strict = false;
  static override args = {
    path: Args.string({ description: 'files and folders of one set of weights', required: true }),
  };
  static override flags = {
    out: pathFlag({
      char: 'o',
      description: 'folder of the run; runs/<name of the weights> by default',
      helpValue: '<folder>',
    }),
    ...sourceFlags,
    data: recipeFlags.data,
    plugin: recipeFlags.plugin,
    ...engineFlags,
  };

  async run(): Promise<ImportResult> {
    const { argv, flags } = await this.parse(Import);
    const paths = argv as string[];
    if (paths.length === 0)
      throw new GanymedeError('BAD_ARGUMENTS', 'import: expected weights, got nothing', { kind: 'usage' });
    const toolkit = await import('@ganymede/toolkit');
    const { importRun, newRunFolder } = toolkit;
    const readImages = await imagesReaderOf(await pluginsOf(flags));
    const result = await importRun({
      paths,
      runFolder: flags.out ?? newRunFolder(nameOf(paths[0]!)),
      ...(flags.preset !== undefined && { preset: flags.preset }),
      ...(flags.config !== undefined && { file: flags.config }),
      assignments: assignmentsOf(flags, toolkit, readImages),
      pluginNames: flags.plugin ?? [],
      withData: flags.data !== undefined,
    });
    for (const note of result.notes) this.log(note);
    const run = shownPath(result.runFolder);
    this.log(`imported ${result.format}, ${result.classes} classes, step ${result.step}, as ${run}`);
    this.log(`next:       ganymede sample ${run}`);
    return result;
  }
}

/** A name for the run: that of the folder, or of the file without its ending. */
function nameOf(path: string): string {
  const name = basename(join(path)).replace(/\.\w+$/, '');
  return name.replace(/[^\w.-]+/g, '-').replace(/^[^\w]+/, '') || 'imported';
}
