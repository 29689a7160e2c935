import type { BackendReport } from '@ganymede/toolkit';
import { ToolkitCommand } from '../../toolkit-command.js';
import { containerOf, pluginFlag } from '../../plugin-flag.js';

export class BackendList extends ToolkitCommand {
  static override summary = 'List the engines, and which of them run here.';
  static override flags = { ...pluginFlag };

  async run(): Promise<{ readonly backends: readonly BackendReport[] }> {
    const { flags } = await this.parse(BackendList);
    const { inspectBackends } = await import('@ganymede/toolkit');
    const backends = await inspectBackends(await containerOf(flags));
    for (const { id, summary, description, error } of backends) {
      this.log(`${id.padEnd(12)} ${summary}`);
      this.log(
        `${' '.repeat(13)}${description ? `${description.library} on ${description.device}` : `not available: ${error!.message}`}`,
      );
      if (error?.hint) this.log(`${' '.repeat(13)}${error.hint}`);
    }
    return { backends };
  }
}
