import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { transformSync } from '@swc/core';

/** In a process of its own: what gives way does so for good. */
function inProcess(code: string): {
  readonly nice: number[];
  readonly killed: number;
  readonly group: string;
} {
  const { code: made } = transformSync(readFileSync(join(__dirname, 'give-way.ts'), 'utf8'), {
    swcrc: false,
    jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
    module: { type: 'commonjs' },
  });
  const told = `
    const { readdirSync, readFileSync } = require('node:fs');
    const { getPriority } = require('node:os');
    console.log(JSON.stringify({
      nice: readdirSync('/proc/self/task').map((thread) => getPriority(Number(thread))),
      killed: Number(readFileSync('/proc/self/oom_score_adj', 'utf8')),
      group: (() => { try { return readFileSync('/proc/self/autogroup', 'utf8'); } catch { return ''; } })(),
    }));`;
  const { stdout, stderr, status } = spawnSync(process.execPath, ['-e', `{${made}\n${code}}${told}`], {
    encoding: 'utf8',
    // A session of its own, as the process that draws has one: the priority of this one's stays.
    ...({ detached: true } as object),
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as ReturnType<typeof inProcess>;
}

(process.platform === 'linux' ? test : test.skip)(
  'every thread has the lowest priority, the session too, and its memory goes first',
  () => {
    const before = inProcess('');
    expect(Math.max(...before.nice)).toBeLessThan(19);
    const after = inProcess('giveWay();');
    expect(after.nice.length).toBeGreaterThan(4);
    expect(new Set(after.nice)).toEqual(new Set([19]));
    expect(after.killed).toBe(1000);
    if (before.group !== '') expect(after.group).toMatch(/nice 19$/m);
    const less = inProcess('giveWay(10);');
    expect(new Set(less.nice)).toEqual(new Set([10]));
  },
);
