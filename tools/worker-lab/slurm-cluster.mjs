/**
 * Slurm on the hosts of a lab: munged, slurmctld on the last host, slurmd on each other one. Every host has a name of its own, so that they
 * are nodes like any; all settings and keys lie in a temporary folder.
 */
import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export class SlurmCluster {
  folder = mkdtempSync(join(tmpdir(), 'ganymede-slurm-'));
  /** @type {import('node:child_process').ChildProcess[]} */
  #daemons = [];

  /** @param {import('./hosts.mjs').Hosts} hosts */
  constructor(hosts) {
    this.hosts = hosts;
    this.control = hosts.count - 1;
    const names = hosts.addresses.map((address, rank) => `${address} ${this.nameOf(rank)}`);
    for (const address of hosts.addresses) {
      mkdirSync(`/etc/netns/${address}`, { recursive: true });
      writeFileSync(`/etc/netns/${address}/hosts`, ['127.0.0.1 localhost', ...names, ''].join('\n'));
    }
    for (const name of ['state', ...hosts.addresses.map((_, rank) => `spool-${this.nameOf(rank)}`)])
      mkdirSync(this.#file(name));
    writeFileSync(this.#file('munge.key'), randomBytes(128), { mode: 0o400 });
    // Looked for by slurmd, and used by nothing here.
    writeFileSync(this.#file('cgroup.conf'), 'CgroupPlugin=cgroup/v1\nCgroupMountpoint=/tmp\n');
    writeFileSync(this.#file('slurm.conf'), `${this.#settings().join('\n')}\n`);
  }

  async start() {
    const socket = this.#file('munge.socket');
    const files = [
      '--key-file',
      'munge.key',
      '--log-file',
      'munge.log',
      '--pid-file',
      'munge.pid',
      '--seed-file',
      'munge.seed',
    ];
    const words = files.map((word) => (word.startsWith('--') ? word : this.#file(word)));
    this.#daemon(['/usr/sbin/munged', '--foreground', '--force', '--socket', socket, ...words]);
    await new Promise((resolve) => setTimeout(resolve, 2000));
    this.#daemon([...this.#at(this.control), '/usr/sbin/slurmctld', '-D', '-f', this.#file('slurm.conf')]);
    for (let rank = 0; rank < this.control; rank++)
      this.#daemon([...this.#at(rank), '/usr/sbin/slurmd', '-D', '-f', this.#file('slurm.conf')]);
    const wanted = `${this.control}`;
    for (let tries = 0; this.ask('sinfo', '-h', '-t', 'idle', '-o', '%D').trim() !== wanted; tries++) {
      if (tries > 60) throw new Error(`no idle nodes: ${this.#logs()}`);
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }

  /** What a command of Slurm prints. @param {readonly string[]} words */
  ask(...words) {
    const [file = '', ...argv] = [...this.#at(this.control), ...words];
    try {
      return execFileSync(file, argv, {
        encoding: 'utf8',
        env: this.#env,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
    } catch (error) {
      return String(/** @type {any} */ (error).stderr);
    }
  }

  /** A field of a job, as `scontrol show job` has it. @param {string} job @param {string} field */
  fieldOf(job, field) {
    return new RegExp(`\\b${field}=(\\S+)`).exec(this.ask('scontrol', 'show', 'job', job))?.[1] ?? '';
  }

  /** @param {number} rank */
  nameOf(rank) {
    return rank === this.control ? 'lab-control' : `lab-${rank}`;
  }

  async remove() {
    // Steps outlive the daemons.
    this.ask('scancel', '--user=root');
    for (let tries = 0; tries < 60 && this.ask('squeue', '-h').trim() !== ''; tries++)
      await new Promise((resolve) => setTimeout(resolve, 1000));
    for (const daemon of [...this.#daemons].reverse()) {
      if (daemon.exitCode !== null) continue;
      const ended = new Promise((resolve) => daemon.once('close', resolve));
      daemon.kill('SIGTERM');
      await ended;
    }
    for (const address of this.hosts.addresses)
      rmSync(`/etc/netns/${address}`, { recursive: true, force: true });
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Words that run a command on a host, under its name. @param {number} rank */
  #at(rank) {
    const named = ['unshare', '--uts', 'sh', '-c', `hostname ${this.nameOf(rank)}; exec "$@"`, 'sh'];
    return ['ip', 'netns', 'exec', this.hosts.addressOf(rank), ...named];
  }

  get #env() {
    return { ...process.env, SLURM_CONF: this.#file('slurm.conf') };
  }

  /** @param {readonly string[]} words */
  #daemon([file = '', ...argv]) {
    this.#daemons.push(spawn(file, argv, { env: this.#env, stdio: ['ignore', 'ignore', 'ignore'] }));
  }

  /** The last lines of each daemon. */
  #logs() {
    const files = readdirSync(this.folder).filter((name) => name.endsWith('.log'));
    const last = (/** @type {string} */ name) =>
      readFileSync(this.#file(name), 'utf8').trim().split('\n').slice(-5);
    return files.map((name) => [name, ...last(name)].join('\n')).join('\n');
  }

  #settings() {
    const nodes = this.hosts.addresses.slice(0, this.control);
    const node = (/** @type {string} */ address, /** @type {number} */ rank) =>
      `NodeName=${this.nameOf(rank)} NodeAddr=${address} CPUs=2 RealMemory=4000 State=UNKNOWN`;
    return [
      'ClusterName=lab',
      `SlurmctldHost=${this.nameOf(this.control)}(${this.hosts.addressOf(this.control)})`,
      'SlurmUser=root',
      'AuthType=auth/munge',
      // Credentials that expire soon: a job that is queued again does not begin before.
      `AuthInfo=socket=${this.#file('munge.socket')},cred_expire=5`,
      `StateSaveLocation=${this.#file('state')}`,
      `SlurmdSpoolDir=${this.#file('spool-%n')}`,
      `SlurmctldPidFile=${this.#file('slurmctld.pid')}`,
      `SlurmdPidFile=${this.#file('slurmd-%n.pid')}`,
      `SlurmctldLogFile=${this.#file('slurmctld.log')}`,
      `SlurmdLogFile=${this.#file('slurmd-%n.log')}`,
      'ProctrackType=proctrack/linuxproc',
      'TaskPlugin=task/none',
      'SelectType=select/cons_tres',
      'SelectTypeParameters=CR_CPU',
      'SlurmdParameters=config_overrides',
      'MpiDefault=none',
      'ReturnToService=2',
      'JobRequeue=1',
      ...nodes.map(node),
      `PartitionName=lab Nodes=${nodes.map((_, rank) => this.nameOf(rank)).join(',')} Default=YES State=UP`,
    ];
  }

  /** @param {string} name */
  #file(name) {
    return join(this.folder, name);
  }
}
