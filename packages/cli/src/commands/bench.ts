import { Flags } from '@oclif/core';
import { formatBytes, formatRate } from '@ganymede/progress';
import type { BenchReport } from '@ganymede/toolkit';
import { loadConfig } from '../load-config.js';
import { parseInteger } from '../parse-number.js';
import { engineFlags, recipeFlags, sourceFlags } from '../run-flags.js';
import { ToolkitCommand } from '../toolkit-command.js';

export class Bench extends ToolkitCommand {
  static override summary = 'Measure the parts of a run on this machine.';
  static override description =
    'Steps, sampling, data and checkpoints of a config; operations are counted from the unfused mathematics and ' +
    'compared with the fastest matrix product or convolution that the machine does. Nothing is kept.';
  static override examples = [
    '<%= config.bin %> bench',
    '<%= config.bin %> bench --preset cifar10 --data cifar-10-binary.tar.gz --precision bfloat16 --json',
  ];
  static override flags = {
    ...sourceFlags,
    ...recipeFlags,
    ...engineFlags,
    repeat: Flags.string({ description: 'steps to measure', default: '5', helpValue: '<n>' }),
  };

  async run(): Promise<BenchReport> {
    const { flags } = await this.parse(Bench);
    const steps = parseInteger('--repeat', flags.repeat, 1);
    const { config, plugins } = await loadConfig(flags);
    const { bench } = await import('@ganymede/toolkit');
    const report = await bench({ config, plugins, steps, onEvent: (text) => this.logToStderr(text) });
    for (const [name, value] of rows(report)) this.log(`${name.padEnd(24)}${value}`);
    return report;
  }
}

const seconds = (value: number): string =>
  value < 1 ? `${(value * 1000).toFixed(0)} ms` : `${value.toFixed(2)} s`;
const gigaflops = (value: number): string => `${(value / 1e9).toFixed(0)} GFLOP/s`;
const percent = (value: number): string => `${(value * 100).toFixed(1)} %`;
const millions = (value: number): string => `${(value / 1e6).toFixed(2)} M`;

function* rows(report: BenchReport): Generator<readonly [string, string]> {
  const { backend, parameters, phases, peakFlops, checkpoint } = report;
  yield ['engine', `${backend.library}, ${backend.device}, ${backend.threads} threads, ${report.precision}`];
  yield ['parameters', `G ${millions(parameters.generator)}, D ${millions(parameters.discriminator)}`];
  yield ['first step', seconds(report.firstStepSeconds)];
  yield ['step', `${seconds(report.stepSeconds)}, ${formatRate(report.imagesPerSecond)}`];
  for (const { name, medianSeconds, flops } of phases) {
    const time = medianSeconds === null ? 'not due in the measured steps' : seconds(medianSeconds);
    yield [`  ${name}`, `${time}${flops === null ? '' : `, ${gigaflops(flops)}`}`];
  }
  yield ['  host', percent(report.hostShare)];
  for (const { use, interval, medianSeconds, shareOfRun } of report.stabilizers)
    yield [`  ${use}`, `${seconds(medianSeconds)} every ${interval} steps, ${percent(shareOfRun)} of a run`];
  yield [
    'peak of the machine',
    `float32 ${gigaflops(peakFlops.float32)}${peakFlops.bfloat16 === null ? '' : `, bfloat16 ${gigaflops(peakFlops.bfloat16)}`}`,
  ];
  yield ['share of the peak', percent(report.shareOfPeak)];
  yield ['sampling', formatRate(report.samplesPerSecond)];
  yield ['data', formatRate(report.dataImagesPerSecond)];
  yield ['checkpoint', `${formatBytes(checkpoint.bytes)} in ${seconds(checkpoint.seconds)}`];
  yield ['peak memory', formatBytes(report.peakMemoryBytes)];
}
