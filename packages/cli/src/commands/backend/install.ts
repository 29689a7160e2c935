import { Args, Flags } from '@oclif/core';
import { GanymedeError } from '@ganymede/core';
import { InstallProgressView } from '@ganymede/progress';
import type { Installed, InstalledPlugin, PlatformName } from '@ganymede/toolkit';
import { exitCodeOfSignal, Interruption } from '@ganymede/program';
import { pathFlag } from '../../path-flags.js';
import { monotonicClock } from '../../monotonic-clock.js';
import { ToolkitCommand } from '../../toolkit-command.js';

/** `requirements`: what was asked for instead of an installation. */
type Result = Installed | InstalledPlugin | { readonly requirements: readonly string[] };

export class BackendInstall extends ToolkitCommand {
  static override summary =
    'Fetch an engine’s library into the toolkit’s cache: TensorFlow, or XLA for a platform.';
  static override description =
    'tensorflow: for processors. cuda (CUDA 13), cuda12, rocm, oneapi, tpu: the plugin of XLA for the backend pjrt, with ' +
    "NVIDIA's libraries for cuda; xla-cpu: the one for tests. pip fetches pinned wheels, which are checked; after an " +
    'interruption it continues where it stopped. Nothing is installed into any Python environment. If the machine has ' +
    'a plugin already, that one is used instead.';
  static override flags = {
    from: pathFlag({
      description: 'take the wheels from this folder: for a machine without a network',
      helpValue: '<folder>',
    }),
    requirements: Flags.boolean({
      description: 'install nothing; print the wheels as pip reads them, with their digests',
      exclusive: ['from', 'force'],
    }),
    force: Flags.boolean({ description: 'install it although the machine has a plugin for this platform' }),
    gpu: Flags.boolean({ hidden: true }),
  };
  static override args = {
    backend: Args.string({
      description: 'tensorflow, cuda, cuda12, rocm, oneapi, tpu or xla-cpu',
      required: true,
    }),
  };

  async run(): Promise<Result> {
    const { args, flags } = await this.parse(BackendInstall);
    const { isPlatformName, platformNames, requirementsOf } = await import('@ganymede/toolkit');
    const { backend } = args;
    if (backend !== 'tensorflow' && !isPlatformName(backend)) {
      throw new GanymedeError(
        'BAD_ARGUMENTS',
        `backend install: expected tensorflow, ${platformNames.join(', ')}, got ${backend}`,
        { kind: 'usage', hint: 'What comes from npm is there: see ganymede backend list.' },
      );
    }
    if (flags.gpu) {
      throw new GanymedeError(
        'BAD_ARGUMENTS',
        'backend install: expected a platform for a GPU, got TensorFlow for GPUs, which is no longer installed',
        { kind: 'usage', hint: 'Type: ganymede backend install cuda' },
      );
    }
    if (flags.requirements) {
      const requirements =
        backend === 'tensorflow' ? await tensorflowRequirements() : requirementsOf(backend);
      for (const line of requirements) this.log(line);
      return { requirements };
    }
    return this.install(backend, flags);
  }

  private async install(
    backend: 'tensorflow' | PlatformName,
    { from, force }: { readonly from?: string | undefined; readonly force: boolean },
  ): Promise<Result> {
    const { installPlugin, installTensorFlow } = await import('@ganymede/toolkit');
    const view = new InstallProgressView(process.stderr, this.jsonEnabled());
    const interruption = new Interruption(process, () => undefined, await monotonicClock());
    // What runs pip is ended, and what came is left to the next try.
    interruption.listen();
    try {
      const options = { from, onProgress: view.show.bind(view), signal: interruption.signal };
      const result =
        backend === 'tensorflow'
          ? await installTensorFlow(options)
          : await installPlugin(backend, { ...options, force });
      view.close();
      this.say(result);
      if (backend !== 'tensorflow') await this.sayMore(backend);
      return result;
    } catch (error) {
      view.close();
      if (interruption.received !== null) this.exit(exitCodeOfSignal(interruption.received));
      throw error;
    } finally {
      interruption.ignore();
    }
  }

  private say(result: Installed | InstalledPlugin): void {
    if ('folder' in result) {
      this.log(result.installed ? `installed in ${result.folder}` : `already there: ${result.folder}`);
      return;
    }
    const { file, source, installed } = result;
    if (installed) this.log(`installed: ${file}`);
    else if (source === 'installed') this.log(`already there: ${file}`);
    else this.log(`nothing installed: the machine has ${file} (${source}); --force installs another`);
  }

  private async sayMore(backend: PlatformName): Promise<void> {
    const { findPlugin, platforms } = await import('@ganymede/toolkit');
    const { needs, tried, title } = platforms[backend];
    this.log(`needs ${needs}; ${tried === null ? 'never tried' : `tried on ${tried}`}`);
    const used = findPlugin();
    if (used.platform !== backend)
      this.log(`--backend pjrt takes ${used.file}, not this one for ${title}: GANYMEDE_PJRT names another`);
    else this.log('use it: --backend pjrt');
  }
}

async function tensorflowRequirements(): Promise<readonly string[]> {
  const { requirementOf, tensorflowWheel } = await import('@ganymede/toolkit');
  return [requirementOf(tensorflowWheel())];
}
