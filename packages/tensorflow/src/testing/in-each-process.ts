import { spawn, type ChildProcess } from 'node:child_process';
import type { BundledPackage } from './own-process.js';

/** What one of several processes came to: its value, or the signal that ended it before. */
export interface Given {
  readonly value: unknown;
  readonly signal: string | null;
}

/**
 * Runs programs in a process each. One that has its value stays until all have theirs: another may still be about to get
 * the last of an operation from it, or ask it, as rank 0, where the others of its group are.
 * @param programs - body of an async function that returns what JSON can say, and the options of `registerTensorFlow`
 */
export async function inEachProcess(
  bundled: BundledPackage,
  programs: readonly { readonly body: string; readonly options?: object }[],
): Promise<readonly Given[]> {
  const children = programs.map(({ body, options }) => {
    const { argv, env } = bundled.node(
      `const value = await (async () => { ${body} })();
       process.stdout.write(JSON.stringify(value) + '\\n');
       process.stdin.resume().on('end', () => process.exit(0));`,
      options,
    );
    return spawn(process.execPath, argv, { env, stdio: ['pipe', 'pipe', 'inherit'] });
  });
  const ended = children.map((child) => new Promise((resolve) => child.once('close', resolve)));
  const given = await Promise.all(children.map(givenBy));
  for (const child of children) child.stdin!.on('error', () => undefined).end();
  await Promise.all(ended);
  return given;
}

/** Its line, or its end without one. */
function givenBy(child: ChildProcess): Promise<Given> {
  return new Promise((resolve) => {
    let text = '';
    child.stdout!.setEncoding('utf8').on('data', (part: string) => {
      text += part;
      if (text.endsWith('\n')) resolve({ value: JSON.parse(text), signal: null });
    });
    child.once('close', (_, signal) => resolve({ value: null, signal }));
  });
}
