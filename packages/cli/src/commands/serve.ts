import { Args, Flags } from '@oclif/core';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseInteger } from '../parse-number.js';
import { playgroundProgram } from '../playground.js';
import { ToolkitCommand } from '../toolkit-command.js';

/** TCP has 16 bits for one. */
const mostPort = 65_535;

export class Serve extends ToolkitCommand {
  static override enableJsonFlag = false;
  static override summary = 'Show runs in a browser, live.';
  static override description =
    'A dashboard of every run in a folder: progress, losses, singular values by layer, sheets over time, metrics, what the ' +
    'guard saw, and a playground of its generator; a run that another process trains is followed. Only this machine reaches it unless --host says otherwise. ' +
    'The token in the address lets the page stop and resume runs. Ctrl-C ends it.';
  static override examples = [
    '<%= config.bin %> serve',
    '<%= config.bin %> serve runs/quickstart --port 6006',
    '<%= config.bin %> serve --host 0.0.0.0',
  ];
  static override args = {
    runs: Args.string({ description: 'folder of runs, or of one run', default: 'runs' }),
  };
  static override flags = {
    port: Flags.string({
      description: 'to listen on; 0: any that is free',
      default: '6006',
      helpValue: '<n>',
    }),
    host: Flags.string({
      description: 'address to listen on; others than this machine need the token for everything',
      default: '127.0.0.1',
      helpValue: '<address>',
    }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Serve);
    const port = parseInteger('--port', flags.port, 0, mostPort);
    const { serve } = await import('@ganymede/dashboard');
    if (!existsSync(args.runs)) this.log(`${args.runs} is not there: runs show up once it is`);
    const { address } = await serve({
      runs: args.runs,
      port,
      host: flags.host,
      resume: resumeRun,
      playground: playgroundProgram,
    });
    this.log(`${args.runs}: ${address}`);
    await new Promise(() => undefined);
  }
}

/** A process of its own, which outlives the server; what it prints is in the run's events anyway. */
function resumeRun(run: string): void {
  const program = join(__dirname, '..', '..', 'bin', 'run.js');
  spawn(process.execPath, [program, 'resume', run], { detached: true, stdio: 'ignore' }).unref();
}
