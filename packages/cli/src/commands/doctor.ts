import type { Finding } from '@ganymede/toolkit';
import { exitCodes } from '@ganymede/program';
import { ToolkitCommand } from '../toolkit-command.js';
import { containerOf, pluginFlag } from '../plugin-flag.js';

const marks = { ok: 'ok', warning: 'warn', missing: 'FAIL', optional: '-' } as const;

export class Doctor extends ToolkitCommand {
  static override summary = 'Say what was found on this machine, what is missing and what to type.';
  static override flags = { ...pluginFlag };
  static override description = `Starts every backend once. Ends with ${exitCodes.missing} where training is not possible.`;

  async run(): Promise<{ readonly findings: readonly Finding[] }> {
    const { flags } = await this.parse(Doctor);
    const { diagnose } = await import('@ganymede/toolkit');
    const findings = await diagnose(await containerOf(flags));
    const width = Math.max(...findings.map(({ name }) => name.length));
    for (const { name, status, found, fix } of findings) {
      this.log(`${marks[status].padEnd(4)}  ${name.padEnd(width)}  ${found}`);
      if (fix !== null) this.log(`${' '.repeat(width + 8)}${fix}`);
    }
    if (findings.some(({ status }) => status === 'missing')) process.exitCode = exitCodes.missing;
    return { findings };
  }
}
