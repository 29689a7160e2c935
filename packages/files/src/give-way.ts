import { readdirSync, writeFileSync } from 'node:fs';
import { constants, setPriority } from 'node:os';

/** Everything else goes first. */
const lowest = constants.priority.PRIORITY_LOW;

/**
 * Lets other processes of this machine go first, for good: a process that is asked for pictures must not slow the training that it
 * shows. All of its threads get the priority, and those that they start inherit it. Linux schedules processes of different sessions by
 * that of their session first, so it is set too; the memory of this process is the first to be taken back. What a system does not
 * have is left out.
 * @param priority - from 1 to 19, the lowest, which is the default; it can be lowered again, but not raised
 */
export function giveWay(priority = lowest): void {
  for (const thread of threads()) attempt(() => setPriority(thread, priority));
  attempt(() => writeFileSync('/proc/self/autogroup', String(priority)));
  attempt(() => writeFileSync('/proc/self/oom_score_adj', '1000'));
}

/** Ids of this process's threads; on systems that do not list them, of the process. */
function threads(): readonly number[] {
  try {
    return readdirSync('/proc/self/task').map(Number);
  } catch {
    return [process.pid];
  }
}

function attempt(change: () => void): void {
  try {
    change();
  } catch {
    // A system without it, or one that forbids it: the rest still helps.
  }
}
