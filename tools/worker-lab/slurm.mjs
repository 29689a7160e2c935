/**
 * Submits the template of docs/scale.md to a Slurm of two nodes, and disturbs the job: it is canceled, queued again, killed, begins again on
 * another node, or comes near its time limit.
 *
 *     node tools/worker-lab/slurm.mjs [--cases end,onenode,canceled,requeued,killed,moved,limit] [--lab 1]
 *
 * Needs root, iproute2, slurm-wlm and munge. Build first.
 */
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { eventsOf } from '../bench/training.mjs';
import { contentOf, contentOfRun } from '../kill-lab/leftovers.mjs';
import { hostFlags, hostOptions } from './flags.mjs';
import { Hosts } from './hosts.mjs';
import { follow, Lab, program, recipe } from './lab.mjs';
import { SlurmCluster } from './slurm-cluster.mjs';

const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: 'end,onenode,canceled,requeued,killed,moved,limit' },
    steps: { type: 'string', default: '100' },
    'limit-steps': { type: 'string', default: '2000' },
    ...hostFlags,
  },
});
const hosts = new Hosts({ count: 3, ...hostOptions(values) });
const lab = new Lab(hosts);
const cluster = new SlurmCluster(hosts);
const pause = (/** @type {number} */ seconds) =>
  new Promise((resolve) => setTimeout(resolve, seconds * 1000));

/** The job of the page, word for word. */
function template() {
  const page = readFileSync(new URL('../../docs/scale.md', import.meta.url), 'utf8');
  const [, text] = /## Slurm\n[^]*?```sh\n([^]*?)```/.exec(page) ?? [];
  if (text === undefined) throw new Error('docs/scale.md: expected a template for Slurm, got none');
  return text;
}

/** A folder in which the template finds its recipe, and `ganymede`. @param {string} name @param {number} steps */
function workplace(name, steps) {
  const folder = join(lab.folder, name);
  mkdirSync(join(folder, 'bin'), { recursive: true });
  writeFileSync(join(folder, 'recipe.yaml'), JSON.stringify(recipe(steps)));
  writeFileSync(join(folder, 'job.sh'), template());
  writeFileSync(join(folder, 'bin/ganymede'), `#!/bin/sh\nexec ${process.execPath} ${program} "$@"\n`);
  chmodSync(join(folder, 'bin/ganymede'), 0o755);
  return folder;
}

/** One job of the template. */
class Job {
  /** @param {string} folder @param {readonly string[]} words - of sbatch, which win over those of the template */
  constructor(folder, words = ['--nodes=2', '--ntasks-per-node=1']) {
    this.folder = folder;
    this.run = join(folder, 'runs/wide');
    const path = `PATH=${join(folder, 'bin')}:${process.env['PATH']}`;
    const argv = [
      '--parsable',
      '--cpus-per-task=1',
      `--chdir=${folder}`,
      '--output=job.out',
      ...words,
      'job.sh',
    ];
    this.number = cluster.ask('env', '-C', folder, path, 'sbatch', ...argv).trim();
    if (!/^\d+$/.test(this.number)) throw new Error(this.number);
  }

  get state() {
    return cluster.fieldOf(this.number, 'JobState');
  }

  get restarts() {
    return cluster.fieldOf(this.number, 'Restarts');
  }

  /** The last step that it told of. */
  get step() {
    return Number(eventsOf(this.run).findLast(({ step }) => step !== undefined)?.step ?? 0);
  }

  /** @param {(job: Job) => boolean} isSo */
  async until(isSo) {
    for (let tries = 0; !isSo(this); tries++) {
      if (tries > 1200) throw new Error(`job ${this.number}: ${this.state}, step ${this.step}`);
      await pause(0.5);
    }
  }

  async untilOver() {
    // Nothing where slurmctld is slow to answer.
    const isOver = /^(COMPLETED|FAILED|CANCELLED|TIMEOUT|NODE_FAIL)$/;
    await this.until(({ state }) => isOver.test(state));
  }

  /** @param {string} expected */
  async end(expected) {
    const same = (await contentOfRun(this.run)) === expected ? 'weights the same' : 'weights DIFFER';
    return `${this.state}, started again ${this.restarts} times, step ${this.step}, ${same}`;
  }
}

const steps = Number(values.steps);

/** @type {Record<string, (expected: string) => Promise<string>>} */
const cases = {
  end: async (expected) => {
    const job = new Job(workplace('end', steps));
    await job.untilOver();
    return job.end(expected);
  },
  onenode: async (expected) => {
    const job = new Job(workplace('onenode', steps), ['--nodes=1', '--ntasks-per-node=2']);
    await job.untilOver();
    return job.end(expected);
  },
  canceled: async (expected) => {
    const folder = workplace('canceled', steps);
    const job = new Job(folder);
    await job.until(({ step }) => step > 30);
    const asked = job.step;
    cluster.ask('scancel', job.number);
    await job.untilOver();
    await pause(15);
    const said = `asked after step ${asked}: ${job.state}, started again ${job.restarts} times, step ${job.step}`;
    const again = new Job(folder);
    await again.untilOver();
    return `${said}; submitted again: ${await again.end(expected)}`;
  },
  requeued: async (expected) => {
    const job = new Job(workplace('requeued', steps));
    await job.until(({ step }) => step > 30);
    const said = cluster.ask('scontrol', 'requeue', job.number);
    await job.until(({ restarts }) => restarts === '1');
    await job.untilOver();
    return `${said}${await job.end(expected)}`;
  },
  killed: async (expected) => {
    const folder = workplace('killed', steps);
    const job = new Job(folder);
    await job.until(({ step }) => step > 30);
    process.kill(lab.processOf('killed', 1), 'SIGKILL');
    await job.until(({ state }) => state !== 'RUNNING');
    await job.untilOver();
    return job.end(expected);
  },
  moved: async (expected) => {
    const job = new Job(workplace('moved', steps), ['--nodes=1', '--ntasks-per-node=2']);
    await job.until(({ step }) => step > 30);
    const from = cluster.fieldOf(job.number, 'NodeList');
    cluster.ask('scontrol', 'update', `NodeName=${from}`, 'State=DRAIN', 'Reason=lab');
    const since = performance.now();
    process.kill(lab.processOf('moved', 0), 'SIGKILL');
    await job.untilOver();
    const seconds = ((performance.now() - since) / 1000).toFixed(0);
    return `from ${from} to ${cluster.fieldOf(job.number, 'NodeList')}, at its end ${seconds} s later; ${await job.end(expected)}`;
  },
  limit: async () => {
    const long = Number(values['limit-steps']);
    const expected = await undisturbed('limit-alone', long);
    const words = ['--nodes=2', '--ntasks-per-node=1', '--time=2', '--signal=TERM@60'];
    const job = new Job(workplace('limit', long), words);
    await job.until(({ restarts }) => restarts === '1');
    const at = job.step;
    await job.untilOver();
    return `queued again after step ${at}; ${await job.end(expected)}`;
  },
};

/** What two processes without Slurm make. @param {string} name @param {number} steps */
async function undisturbed(name, steps) {
  const folder = workplace(name, steps);
  const words = [
    '--config',
    join(folder, 'recipe.yaml'),
    '--run',
    join(folder, 'run'),
    '--workers',
    '2',
    '--json',
  ];
  const { code, checkpoint, last } = await follow(process.execPath, [program, 'train', ...words]);
  if (code !== 0) throw new Error(JSON.stringify(last));
  return contentOf(checkpoint);
}

try {
  await cluster.start();
  console.log(cluster.ask('sinfo', '--version').trim());
  const expected = await undisturbed('alone', steps);
  for (const name of values.cases.split(',')) {
    const said = await cases[name]?.(expected);
    console.log(`${name}: ${said}`);
  }
} finally {
  await cluster.remove();
  await hosts.remove();
  lab.remove();
}
