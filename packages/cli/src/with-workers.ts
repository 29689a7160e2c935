import type { WorkersSpec } from '@ganymede/core';
import type { WorkerFlags } from '@ganymede/launcher';
import { endAtOnce, endSoon } from '@ganymede/program';

/**
 * Does a command's work in this process, alone or as one of several, or leads processes that it starts for it. They are given the words of
 * the command, and their rank.
 * @param argv - its words, its name first
 * @param work - in each process; rank 0 alone writes and has all of it
 * @throws BAD_ARGUMENTS, WORKER_LOST, and what the work throws here or in a process that was started
 */
export async function withWorkers<T>(
  argv: readonly string[],
  flags: WorkerFlags & { readonly reach: string },
  work: (workers: WorkersSpec | undefined) => Promise<T>,
): Promise<T> {
  const { Crew, LaunchedProcess, wordsOfWorker, workerArguments, workerPlan } =
    await import('@ganymede/launcher');
  // Not TF_CONFIG: beside a job that trains, this command is none of its processes.
  const plan = workerPlan(flags, {});
  if (plan.kind === 'alone') return work(undefined);
  const gone = (): void => endAtOnce(process);
  const launched = plan.kind === 'one' ? LaunchedProcess.of(process, { stop: () => undefined, gone }) : null;
  try {
    if (plan.kind === 'one') return await work(plan.workers);
    const { clock } = (await import('@ganymede/toolkit')).pluginHost;
    const crew = await Crew.start({
      ...plan,
      clock,
      program: [process.execPath, process.argv[1]!],
      cwd: process.cwd(),
      reach: flags.reach,
      argumentsOf: (workers) => [...workerArguments(argv), ...wordsOfWorker(workers)],
    });
    return await crew.during(() => work(crew.workers));
  } catch (error) {
    endSoon(process);
    throw error;
  } finally {
    launched?.close();
  }
}
