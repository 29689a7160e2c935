import { fork } from 'node:child_process';
import { dirname, join } from 'node:path';

/** What a plugin said of itself, as far as it came. */
export interface PluginProbe {
  /** `0.115`; null if it did not load. */
  readonly apiVersion: string | null;
  /** Its first line about itself: `cuda 13000`; null if its devices did not open. */
  readonly version: string | null;
  readonly devices: readonly ProbedDevice[];
  /** Why it did not load or open; null if it did. */
  readonly refusal: { readonly code: string; readonly message: string } | null;
}

export interface ProbedDevice {
  readonly kind: string;
  /** Bytes; null where the plugin does not count. */
  readonly memory: number | null;
}

/** What the program of the probe sends, one after the other. */
export type ProbeMessage = Partial<PluginProbe>;

export interface ProbeOptions {
  /** Milliseconds in which the plugin must have answered. */
  readonly limitMs?: number;
  /** False: load it only. A plugin for TPUs asks the network for minutes where there is none. */
  readonly open?: boolean;
  /** The program that loads the plugin; tests have others. */
  readonly program?: string;
}

/** Tests run the sources; the program is the built one. */
const programs = __filename.endsWith('.ts') ? join(dirname(__dirname), 'dist') : __dirname;

/** The last words of a process that ended by itself: what it wrote before a trace of its stack, of Node or of glog. */
function lastWords(stderr: string): string {
  const [words = ''] = stderr.split(/^(?:-{3,} Native|\*{3} )/m);
  const lines = words.split('\n').filter((line) => /\w/.test(line) && !/^\s*@ /.test(line));
  return (lines.at(-1) ?? 'nothing said').trim().slice(0, 300);
}

/**
 * Loads a plugin and opens its devices in a process of its own: one that ends the process, or never answers, ends or
 * stops nothing here. GPUs are opened without taking their memory.
 * @param file - path of the plugin
 */
export function probePlugin(
  file: string,
  { limitMs = 60_000, open = true, program = join(programs, 'probe-program.js') }: ProbeOptions = {},
): Promise<PluginProbe> {
  return new Promise((resolve, reject) => {
    const child = fork(program, [file, String(open)], {
      silent: true,
      execArgv: [],
    });
    let told: PluginProbe = { apiVersion: null, version: null, devices: [], refusal: null };
    let isDone = false;
    let stderr = '';
    child.stderr?.on('data', (chunk: Buffer) => (stderr = (stderr + chunk.toString()).slice(-20_000)));
    child.on('message', (message: ProbeMessage) => {
      told = { ...told, ...message };
      isDone = told.refusal !== null || told.version !== null || (!open && told.apiVersion !== null);
      if (isDone) child.kill('SIGKILL');
    });
    const limit = setTimeout(() => child.kill('SIGKILL'), limitMs);
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearTimeout(limit);
      const message =
        signal === 'SIGKILL'
          ? `no answer in ${limitMs / 1000} s`
          : `it ended the process (${signal ?? `exit code ${code}`}): ${lastWords(stderr)}`;
      resolve(isDone ? told : { ...told, refusal: { code: 'PLUGIN_DIED', message } });
    });
  });
}
