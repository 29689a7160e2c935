import { performance } from 'node:perf_hooks';
import { Args, Flags } from '@oclif/core';
import { GanymedeError } from '@ganymede/core';
import type { InstalledTensorFlow } from '@ganymede/toolkit';
import { exitCodeOfSignal } from '../../exit-codes.js';
import { Interruption } from '../../interruption.js';
import { InstallProgressView } from '../../progress/install.js';
import { ToolkitCommand } from '../../toolkit-command.js';

export class BackendInstall extends ToolkitCommand {
  static override summary = 'Fetch the TensorFlow library into the toolkit’s cache.';
  static override description =
    'Downloads the pinned wheel through pip, checks it and keeps the two libraries (850 MB). Nothing is installed ' +
    'into any Python environment.';
  static override flags = {
    gpu: Flags.boolean({
      description:
        "built for CUDA 12, with NVIDIA's libraries (more than 2 GB to download, 4 GB on disk); Linux on x64",
    }),
  };
  static override args = {
    backend: Args.string({ description: 'tensorflow', required: true }),
  };

  async run(): Promise<InstalledTensorFlow> {
    const { args, flags } = await this.parse(BackendInstall);
    if (args.backend !== 'tensorflow') {
      throw new GanymedeError('BAD_ARGUMENTS', `backend install: expected tensorflow, got ${args.backend}`, {
        kind: 'usage',
        hint: 'The other backends come with npm.',
      });
    }
    const { installTensorFlow } = await import('@ganymede/toolkit');
    const view = new InstallProgressView(process.stderr, this.jsonEnabled());
    const interruption = new Interruption(
      process,
      () => undefined,
      () => performance.now(),
    );
    // What was downloaded so far is up to gigabytes, and is removed.
    interruption.listen();
    try {
      const result = await installTensorFlow({
        gpu: flags.gpu,
        onProgress: (progress) => view.show(progress),
        signal: interruption.signal,
      });
      view.close();
      this.log(result.installed ? `installed in ${result.folder}` : `already there: ${result.folder}`);
      return result;
    } catch (error) {
      view.close();
      if (interruption.received !== null) this.exit(exitCodeOfSignal(interruption.received));
      throw error;
    } finally {
      interruption.ignore();
    }
  }
}
