import type { ImageShape } from '@ganymede/core';
import { svgPlot, type PlotSeries, heatMapsSvg } from '@ganymede/figures';
import type { Picture } from '../analysis.js';
import type { SpectrumComparison } from './compare-spectra.js';

/** Least end of the colors of a difference: what is less is hardly one. */
const leastDifference = 3;

/** Spectra by ring with their difference, and over the plane. */
export async function spectrumPictures(
  { height, width }: ImageShape,
  { frequencies, real, fake, difference, halves, planes }: SpectrumComparison,
): Promise<Picture[]> {
  const line = (name: string, values: readonly number[]): PlotSeries => ({
    name,
    style: 'line',
    points: values.map((y, i) => ({ x: frequencies[i]!, y })),
  });
  const rings = svgPlot([
    {
      title: 'Power by frequency',
      xLabel: 'cycles a pixel; beyond 0.5 the corners of the plane',
      yLabel: 'dB',
      series: [line('real', real), line('generated', fake)],
    },
    {
      title: 'Difference',
      xLabel: 'cycles a pixel; beyond 0.5 the corners of the plane',
      yLabel: 'dB',
      series: [line('generated less real', difference), line('half of the real less the other', halves)],
    },
  ]);
  // The middle has no power: the mean is taken away before the transform.
  const middle = Math.floor(height / 2) * width + Math.floor(width / 2);
  const withoutMiddle = (plane: readonly number[]): number[] =>
    plane.map((value, at) => (at === middle ? Number.NaN : value));
  const [ofReal, ofFake, ofDifference] = [planes.real, planes.fake, planes.difference].map(withoutMiddle) as [
    number[],
    number[],
    number[],
  ];
  const shown = [...ofReal, ...ofFake].filter(Number.isFinite);
  const range = [least(shown), most(shown)] as const;
  const end = Math.max(leastDifference, most(ofDifference.filter(Number.isFinite).map(Math.abs)));
  const maps = await heatMapsSvg(
    [
      { title: 'Real', values: ofReal, range, colors: 'brightness', unit: 'dB' },
      { title: 'Generated', values: ofFake, range, colors: 'brightness', unit: 'dB' },
      {
        title: 'Generated less real',
        values: ofDifference,
        range: [-end, end],
        colors: 'difference',
        unit: 'dB',
      },
    ],
    height,
    width,
  );
  return [
    { id: 'rings', title: 'Power spectra by frequency', content: rings },
    { id: 'planes', title: 'Power spectra over the plane', content: maps },
  ];
}

const least = (values: readonly number[]): number => values.reduce((a, b) => Math.min(a, b), Infinity);
const most = (values: readonly number[]): number => values.reduce((a, b) => Math.max(a, b), -Infinity);
