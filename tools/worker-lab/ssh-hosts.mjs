/** A server of OpenSSH on every host of a lab, with keys of its own in a temporary folder; the machine's own settings of ssh are not touched. */
import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Where `sshd` drops its rights. */
const separation = '/run/sshd';

export class SshHosts {
  folder = mkdtempSync(join(tmpdir(), 'ganymede-ssh-'));
  /** @type {Map<number, import('node:child_process').ChildProcess>} */
  #servers = new Map();

  /** @param {import('./hosts.mjs').Hosts} hosts */
  constructor(hosts) {
    this.hosts = hosts;
    mkdirSync(separation, { recursive: true });
    for (const name of ['user', 'host']) {
      const words = ['-q', '-t', 'ed25519', '-N', '', '-f', this.#file(name)];
      execFileSync('ssh-keygen', words);
    }
    copyFileSync(this.#file('user.pub'), this.#file('authorized'));
    const settings = [
      `IdentityFile ${this.#file('user')}`,
      'IdentitiesOnly yes',
      `UserKnownHostsFile ${this.#file('known')}`,
      'StrictHostKeyChecking accept-new',
    ];
    writeFileSync(this.#file('client'), `${settings.join('\n')}\n`);
    // Found before the machine's own, so that `ssh {host}` is typed as anybody would.
    mkdirSync(this.#file('bin'));
    writeFileSync(this.#file('bin/ssh'), `#!/bin/sh\nexec /usr/bin/ssh -F ${this.#file('client')} "$@"\n`);
    chmodSync(this.#file('bin/ssh'), 0o755);
  }

  /** The environment in which `ssh` reaches the hosts. */
  get env() {
    return { ...process.env, PATH: `${this.#file('bin')}:${process.env['PATH']}` };
  }

  /** @param {number} rank */
  async start(rank) {
    const host = this.hosts.addressOf(rank);
    const settings = [
      `ListenAddress ${host}`,
      `HostKey ${this.#file('host')}`,
      `AuthorizedKeysFile ${this.#file('authorized')}`,
      'PasswordAuthentication no',
      'PermitRootLogin prohibit-password',
      'StrictModes no',
      'UsePAM no',
      'PidFile none',
    ];
    writeFileSync(this.#file(`server-${rank}`), `${settings.join('\n')}\n`);
    const words = ['netns', 'exec', host, '/usr/sbin/sshd', '-D', '-e', '-f', this.#file(`server-${rank}`)];
    this.#servers.set(rank, spawn('ip', words, { stdio: 'ignore' }));
    while (!(await this.#answers(host))) await new Promise((resolve) => setTimeout(resolve, 100));
  }

  /** From then on the host refuses connections; those that are open stay. @param {number} rank */
  async stop(rank) {
    const server = this.#servers.get(rank);
    if (!server || server.exitCode !== null) return;
    const ended = new Promise((resolve) => server.once('close', resolve));
    server.kill('SIGTERM');
    await ended;
  }

  async remove() {
    for (const rank of this.#servers.keys()) await this.stop(rank);
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Hosts cannot be reached from outside, so that one of them asks. @param {string} host */
  #answers(host) {
    const ask = `require('node:net').connect(22, '${host}').on('connect', () => process.exit(0)).on('error', () => process.exit(1))`;
    const child = spawn('ip', ['netns', 'exec', host, process.execPath, '-e', ask], { stdio: 'ignore' });
    return new Promise((resolve) => child.once('close', (code) => resolve(code === 0)));
  }

  /** @param {string} name */
  #file(name) {
    return join(this.folder, name);
  }
}
