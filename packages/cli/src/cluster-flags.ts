import { Flags } from '@oclif/core';
import { GanymedeError } from '@ganymede/core';

const value = (description: string, helpValue: string) => Flags.string({ description, helpValue });
const repeated = (description: string, helpValue: string) =>
  Flags.string({ description, helpValue, multiple: true, multipleNonGreedy: true });

/** Numbers of a cluster: what is given is not measured here. */
const numberFlags = {
  step: repeated(
    'what a step takes in one process, by images of its micro-batch, instead of a few steps here: 1.9s@256; two of them tell what it takes whatever its images are',
    '<time@images>',
  ),
  memory: repeated('largest size of a process, by images of its micro-batch: 24GB@256', '<size@images>'),
  bandwidth: value('between two hosts, e.g. 10Gbit', '<rate>'),
  latency: value('of a message between two hosts, e.g. 50us', '<time>'),
  gap: value(
    'of one more message that does not wait for the one before; the latency where it is not said',
    '<time>',
  ),
  jitter: value("standard deviation of the logarithm of a process's step, e.g. 0.05", '<number>'),
  'image-bytes': value('of an image as it is read, e.g. 110kB', '<size>'),
  'read-rate': value('how fast one host reads images, e.g. 200MB', '<rate>'),
  'write-rate': value('how fast a checkpoint is written, e.g. 500MB', '<rate>'),
  price: value('of one host for an hour, in any currency', '<number>'),
  mtbf: value('mean time to failure of one host, e.g. 1000h: simulates failures', '<time>'),
  restart: value('from the end of the processes until steps go on, e.g. 2min', '<time>'),
  classes: value('of the data, where it is not at hand', '<n>'),
};

/** What makes of a plan one for several processes. */
export const clusterFlags = {
  workers: value('numbers of processes to plan for, one a host: 1,2,4 or 1..512', '<n,...>'),
  ...numberFlags,
  between: value(
    'processes between which the exchange is measured where no bandwidth is given: a number here, or the address of each; 2 by default',
    '<n|host:port,...>',
  ),
};

type ClusterFlagValues = Readonly<Record<string, unknown>>;

/** @throws BAD_ARGUMENTS where a flag of clusters stands without --workers, or two that say the same */
export function expectClusterFlags(flags: ClusterFlagValues): void {
  const [first] = [...Object.keys(numberFlags), 'between'].filter((name) => flags[name] !== undefined);
  if (flags['workers'] === undefined && first !== undefined)
    throw new GanymedeError('BAD_ARGUMENTS', `--${first}: expected --workers with it, got none`, {
      kind: 'usage',
      hint: 'Say for how many processes: --workers 1..512.',
    });
  if (flags['between'] !== undefined && flags['bandwidth'] !== undefined)
    throw new GanymedeError('BAD_ARGUMENTS', '--between: expected no --bandwidth beside it, got both', {
      kind: 'usage',
      hint: 'Either the network is given, or it is measured.',
    });
}
