import type { BenchReport, PlanReport } from '@ganymede/toolkit';
import { formatBytes, formatDuration, formatRate } from './format.js';

export function columns(rows: Iterable<readonly [string, string]>): readonly string[] {
  const all = [...rows];
  const width = Math.max(24, ...all.map(([name]) => name.length + 1));
  return all.map(([name, value]) => `${name.padEnd(width)}${value}`);
}

/** What `bench` measured, for people. */
export const benchLines = (report: BenchReport): readonly string[] => columns(benchRows(report));

/** What a run will take, for people. */
export const runPlanLines = (report: PlanReport): readonly string[] => columns(planRows(report));

const seconds = (value: number): string =>
  value < 1 ? `${(value * 1000).toFixed(0)} ms` : `${value.toFixed(2)} s`;
const gigaflops = (value: number): string => `${(value / 1e9).toFixed(0)} GFLOP/s`;
export const percent = (value: number): string => `${(value * 100).toFixed(1)} %`;
export const millions = (value: number): string => `${(value / 1e6).toFixed(2)} M`;

function* benchRows(report: BenchReport): Generator<readonly [string, string]> {
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
  for (const { use, shareOfStep } of report.tricks) yield [`  ${use}`, `${percent(shareOfStep)} of a step`];
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

function planRows(report: PlanReport): (readonly [string, string])[] {
  const { backend, parameters } = report;
  return [
    ['engine', `${backend.library}, ${backend.device}, ${backend.threads} threads, ${report.precision}`],
    ['parameters', `G ${millions(parameters.generator)}, D ${millions(parameters.discriminator)}`],
    ['speed', `${formatRate(report.imagesPerSecond)}, ${report.stepSeconds.toFixed(2)} s a step`],
    ['whole run', `${report.steps} steps of ${report.batchSize}: ${formatDuration(report.totalSeconds)}`],
    ['data', `${millions(report.images)} images, each ${report.epochs.toFixed(1)} times`],
    ['memory', formatBytes(report.peakMemoryBytes)],
    ['disk', `${formatBytes(report.diskBytes)}; a checkpoint ${formatBytes(report.checkpointBytes)}`],
  ];
}
