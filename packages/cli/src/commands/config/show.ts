import { Args } from '@oclif/core';
import type { ResolvedConfig } from '@ganymede/toolkit';
import { loadConfig } from '../../load-config.js';
import { engineFlags, recipeFlags, sourceFlags } from '../../run-flags.js';
import { ToolkitCommand } from '../../toolkit-command.js';
import { pluginsOf } from '../../plugin-flag.js';

interface ShownConfig {
  readonly config: ResolvedConfig;
  /** By dotted path; what is not named is a default. */
  readonly origins: Readonly<Record<string, string>>;
}

export class ConfigShow extends ToolkitCommand {
  static override summary = 'Print the config that a command line gives, and where each value comes from.';
  static override description =
    'Prints YAML that is a config file itself. Given a run, prints the config that it was started with.';
  static override examples = [
    '<%= config.bin %> config show --preset cifar10 --data cifar-10-binary.tar.gz',
    '<%= config.bin %> config show --config recipe.yaml --set loss=wasserstein',
    '<%= config.bin %> config show runs/quickstart',
  ];
  static override args = {
    run: Args.string({ description: 'folder of a run, or its name below runs/' }),
  };
  static override flags = { ...sourceFlags, ...recipeFlags, ...engineFlags };

  async run(): Promise<ShownConfig> {
    const { args, flags } = await this.parse(ConfigShow);
    const { describeOrigin, findRun, formatConfig, loadRunConfig } = await import('@ganymede/toolkit');
    const { config, origins } =
      args.run === undefined
        ? await loadConfig(flags)
        : await loadRunConfig(findRun(args.run), [], await pluginsOf(flags), { needsData: false });
    const ofRun = args.run !== undefined;
    this.log(formatConfig({ config, origins: ofRun ? new Map() : origins }).trimEnd());
    const told = [...origins].filter(([, origin]) => origin.kind !== 'default' && !ofRun);
    return {
      config,
      origins: Object.fromEntries(told.map(([path, origin]) => [path, describeOrigin(origin)])),
    };
  }
}
