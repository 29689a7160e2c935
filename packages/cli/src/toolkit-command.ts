import { Command } from '@oclif/core';

/**
 * What all commands share: with `--json` what `run` returns is printed as one JSON object, and errors go to
 * `runCli`, which is the only place that prints them. Commands load the toolkit when they run, so that help and
 * wrong flags answer at once.
 */
export abstract class ToolkitCommand extends Command {
  static override enableJsonFlag = true;

  protected override catch(error: Error): Promise<never> {
    return Promise.reject(error);
  }
}
