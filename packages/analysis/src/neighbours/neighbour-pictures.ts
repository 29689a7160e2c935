import type { Dataset } from '@ganymede/core';
import { svgPlot, histogramOf, histogramSeries, labelledSheetPng, type SheetRow } from '@ganymede/figures';
import type { OpenedGenerator } from '@ganymede/runs';
import type { Picture } from '../analysis.js';
import type { FoundNeighbours, Queries } from './search-space.js';

interface Shown {
  readonly neighbours: number;
  /** Generated images on a sheet. */
  readonly shown: number;
}

/** A sheet for every space, and the distances of all spaces as histograms. */
export async function neighbourPictures(
  found: readonly FoundNeighbours[],
  queries: Queries,
  training: Dataset,
  opened: Pick<OpenedGenerator, 'shape' | 'classes'>,
  options: Shown,
): Promise<Picture[]> {
  const sheets: Picture[] = [];
  for (const one of found) {
    sheets.push({
      id: one.space.id,
      title: `Nearest training images, by ${one.space.id}`,
      content: await sheetOf(one, queries, training, opened, options),
    });
  }
  const reference = queries.own ? 'training, to the others' : 'held out';
  const distances = svgPlot(
    found.map(({ space, distances: all, reference: ofReference }) => ({
      title: `To the nearest training image, by ${space.id}`,
      xLabel: space.unit,
      yLabel: 'density',
      series: histogramSeries(
        histogramOf([
          { name: 'generated', values: all.filter((_, i) => i % options.neighbours === 0) },
          { name: reference, values: ofReference },
        ]),
      ),
    })),
  );
  return [
    ...sheets,
    { id: 'distances', title: 'Distances to the nearest training image', content: distances },
  ];
}

/** The generated images that lie nearest to a training image, then some by chance; neighbours to the right. */
async function sheetOf(
  { space, indices, distances }: FoundNeighbours,
  { generated }: Queries,
  training: Dataset,
  { shape, classes }: Pick<OpenedGenerator, 'shape' | 'classes'>,
  { neighbours, shown }: Shown,
): Promise<Buffer> {
  const order = Array.from({ length: generated.count }, (_, i) => i).sort(
    (a, b) => distances[a * neighbours]! - distances[b * neighbours]! || a - b,
  );
  const half = Math.ceil(Math.min(shown, generated.count) / 2);
  const nearest = order.slice(0, half);
  const others = Array.from({ length: generated.count }, (_, i) => i)
    .filter((i) => !nearest.includes(i))
    .slice(0, Math.min(shown, generated.count) - half);
  const pieces: Uint8Array[] = [];
  const labels = training.labels();
  const rowOf = async (query: number): Promise<SheetRow> => {
    const own = Array.from(indices.subarray(query * neighbours, (query + 1) * neighbours)).filter(
      (i) => i >= 0,
    );
    pieces.push(await generated.read(query, 1), await training.read(own));
    const image =
      pieces.reduce((sum, { length }) => sum + length, 0) / (shape.height * shape.width * shape.channels);
    return {
      label: classes[generated.labels[query]!] ?? '',
      cells: [
        { image: image - own.length - 1 },
        ...own.map((index, i) => ({
          image: image - own.length + i,
          caption:
            `${Number(distances[query * neighbours + i]!.toPrecision(3))} ${classes[labels[index]!] ?? ''}`.slice(
              0,
              14,
            ),
        })),
      ],
    };
  };
  const rows: SheetRow[] = [];
  for (const [queries, heading] of [
    [nearest, 'Of all generated images those that lie nearest to a training image'],
    [others, 'Generated images by chance'],
  ] as const)
    for (const [i, query] of queries.entries())
      rows.push({ ...(await rowOf(query)), ...(i === 0 && { heading }) });
  const all = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return labelledSheetPng(all, shape, {
    title: `Nearest training images by ${space.id}; below them the ${space.unit}`,
    columns: [
      'generated',
      ...Array.from({ length: neighbours }, (_, i) => (i === 0 ? 'nearest' : String(i + 1))),
    ],
    rows,
    apart: 1,
  });
}
