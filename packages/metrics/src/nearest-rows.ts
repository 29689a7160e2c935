import { badFeatureShape, sizesDiffer, tooFewImages } from './errors.js';
import { checkMatrix, type Matrix } from './feature-checks.js';
import { eachDistanceBlock, squaredDistance } from './nearest-distances.js';
import type { Products } from './products.js';
import { SmallestValues } from './smallest-values.js';

export interface NearestRowsOptions {
  readonly products?: Products;
  /** Class of each query: only rows of the same class count. */
  readonly labels?: Int32Array;
  /** Number of the row in the stream that each query is itself, which does not count; -1 for none. */
  readonly own?: Int32Array;
}

/** What a stream's rows are besides their numbers. */
export interface StreamedRows {
  readonly rows: Matrix;
  /** Class of each row; needed where queries have classes. */
  readonly labels?: Int32Array;
}

/**
 * The k nearest rows of a stream for each of some queries, in memory that does not depend on the stream's length.
 * Distances are exact in float64 wherever products run: a block's approximate ones choose which rows are measured again,
 * all whose bound on the error leaves them in question. That matters most where it matters: between an image and its
 * copy, |a|^2 + |b|^2 - 2 ab in float32 has no digit left.
 */
export class NearestRows {
  private readonly nearest: readonly SmallestValues[];
  private seen = 0;

  /** @throws BAD_FEATURE_SHAPE, NON_FINITE_FEATURE, TOO_FEW_IMAGES without queries or with k below 1 */
  constructor(
    private readonly queries: Matrix,
    readonly k: number,
    private readonly options: NearestRowsOptions = {},
  ) {
    checkMatrix('queries', queries);
    if (queries.count < 1) throw tooFewImages('nearest rows', 1, 0, 'Give at least one query.');
    if (!Number.isInteger(k) || k < 1) throw badFeatureShape('nearest rows', 'k of 1 or more', String(k));
    this.nearest = Array.from({ length: queries.count }, () => new SmallestValues(k));
  }

  /** Rows seen so far. */
  get count(): number {
    return this.seen;
  }

  /** @throws FEATURE_SIZES_DIFFER, BAD_FEATURE_SHAPE, NON_FINITE_FEATURE */
  async add({ rows, labels }: StreamedRows): Promise<void> {
    const { queries, nearest, options } = this;
    if (rows.size !== queries.size) throw sizesDiffer('nearest rows', rows.size, queries.size);
    checkMatrix('rows', rows);
    const first = this.seen;
    this.seen += rows.count;
    if (options.labels && labels?.length !== rows.count)
      throw badFeatureShape('nearest rows', `${rows.count} labels`, `${labels?.length ?? 'none'}`);
    const { products = 'auto', labels: wanted, own } = options;
    await eachDistanceBlock(queries, rows, products, (block) => {
      for (let i = 0, at = 0; i < block.rows; i++) {
        const query = block.i0 + i;
        const found = nearest[query]!;
        const slack = block.rowSlack(query);
        for (let j = 0; j < block.columns; j++, at++) {
          const row = block.j0 + j;
          if (block.squared[at]! - slack >= found.largest) continue;
          if (wanted && labels![row] !== wanted[query]) continue;
          if (own && own[query] === first + row) continue;
          const exact = slack === 0 ? block.squared[at]! : squaredDistance(queries, query, rows, row);
          found.offer(exact, first + row);
        }
      }
    });
  }

  /**
   * Numbers of the nearest rows in the stream and their distances, nearest first; rows of equal distance in the order of
   * the stream.
   * @returns both [queries, k]; where fewer rows came, -1 and Infinity at the end
   */
  result(): { readonly indices: Int32Array; readonly distances: Float64Array } {
    const { k, nearest } = this;
    const indices = new Int32Array(nearest.length * k);
    const distances = new Float64Array(nearest.length * k);
    nearest.forEach((found, i) => {
      indices.set(found.indices, i * k);
      distances.set(found.values.map(Math.sqrt), i * k);
    });
    return { indices, distances };
  }
}
