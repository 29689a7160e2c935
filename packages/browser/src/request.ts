import type { ComponentDefinition, Prior, Truncation } from '@ganymede/core';
import { RandomStream } from '@ganymede/core';
import {
  bernoulli,
  censoredNormal,
  clamp,
  none,
  normal,
  resample,
  scaled,
  std,
  uniform,
} from '@ganymede/samplers';
import { pageContext } from './component-context.js';
import { badRequest } from './errors.js';
import { portablePriors, type GeneratorConfig, type PortablePrior } from '@ganymede/generator-files';

/** The four meanings of truncation, which differ; the convention is always named. */
export type TruncationConvention = 'resample' | 'scaled' | 'clamp' | 'std';

/** Which images are wanted. */
export interface GenerateRequest {
  /** Name or number; by default images are spread evenly over the classes, one class after the other. */
  readonly class?: string | number;
  /** What the images have of each class, by name or number; shares are taken as they are and need not sum to 1. */
  readonly mixture?: Readonly<Record<string, number>>;
  /** None by default: latents of the whole prior. */
  readonly truncation?: { readonly convention: TruncationConvention; readonly threshold: number };
  /** Of the latents, a non-negative integer; 0 by default. The same seed gives the same images as `ganymede sample`. */
  readonly seed?: number;
  /** Images; 1 by default. */
  readonly count?: number;
  /** Latents instead of draws, row-major [count x latentSize]. */
  readonly latents?: Float32Array;
  /**
   * Which statistics batch normalization uses: the running averages of the training, the default, or those of the
   * truncation, where the export has them.
   */
  readonly statistics?: 'running' | 'truncation';
  /** Whether the numbers of the images come too, as the network gives them; false by default. */
  readonly values?: boolean;
}

/** Which latents are wanted. */
export type LatentsRequest = Pick<GenerateRequest, 'truncation' | 'seed' | 'count'>;

/** What a request comes to. */
export interface ResolvedRequest {
  /** [count x latentSize] */
  readonly z: Float32Array;
  /** What each image has of each class, [count x classes]. */
  readonly classWeights: Float32Array;
  readonly count: number;
  /** Threshold of the statistics to take; null for the running averages. */
  readonly statisticsAt: number | null;
}

/** More than anyone waits for in a page, and less than fills its memory. */
const mostImages = 4096;

const priors = {
  normal,
  uniform,
  bernoulli,
  'censored-normal': censoredNormal,
} satisfies Record<PortablePrior, unknown>;
const truncations = [resample, scaled, clamp, std, none] as readonly ComponentDefinition<'truncation'>[];

type Known = Pick<GeneratorConfig, 'classes' | 'prior' | 'statistics'> & { readonly latentSize: number };

/** @throws BAD_REQUEST, BAD_SEED */
export function resolveRequest(request: GenerateRequest, known: Known): ResolvedRequest {
  const { latents } = request;
  const count = countOf(request, known.latentSize);
  const z = latents ?? drawLatents(request, count, known);
  return {
    z,
    classWeights: classWeightsOf(request, count, known.classes),
    count,
    statisticsAt: thresholdOf(request, known),
  };
}

/**
 * The latents of a request, [count x latentSize]: those that `ganymede sample` draws with the same seed.
 * @throws BAD_REQUEST, BAD_SEED
 */
export function drawLatents(
  { truncation, seed = 0 }: Pick<GenerateRequest, 'truncation' | 'seed'>,
  count: number,
  { prior, latentSize }: Pick<Known, 'prior' | 'latentSize'>,
): Float32Array {
  const source = truncation ? truncationOf(truncation) : priorOf(prior);
  return source.sample(count, latentSize, RandomStream.create(seed, 'sample-latent'));
}

/** Images of a request. @throws BAD_REQUEST */
export function countOf({ count = 1, latents }: GenerateRequest, latentSize: number): number {
  if (latents) {
    const rows = latents.length / latentSize;
    if (!Number.isInteger(rows) || rows < 1 || rows > mostImages)
      throw badRequest('latents', `rows of ${latentSize} numbers`, `${latents.length} numbers`);
    return rows;
  }
  if (!Number.isInteger(count) || count < 1 || count > mostImages)
    throw badRequest('count', `an integer from 1 to ${mostImages}`, String(count));
  return count;
}

function priorOf({ use, ...options }: Known['prior']): Prior {
  if (!Object.hasOwn(priors, use)) throw badRequest('prior', portablePriors.join(', '), use);
  const definition = priors[use as PortablePrior] as ComponentDefinition<'prior'>;
  return definition.create(definition.options.parse(options) as Record<string, unknown>, pageContext);
}

function truncationOf({ convention, threshold }: NonNullable<GenerateRequest['truncation']>): Truncation {
  const definition = truncations.find(({ id }) => id === convention);
  if (!definition)
    throw badRequest('truncation.convention', 'resample, scaled, clamp or std', String(convention));
  const parsed = definition.options.safeParse({ threshold });
  if (!parsed.success) throw badRequest('truncation.threshold', 'a number above 0', String(threshold));
  return definition.create(parsed.data as Record<string, unknown>, pageContext);
}

/** A row of what an image has of each class, for every image. */
function classWeightsOf(
  { class: one, mixture }: GenerateRequest,
  count: number,
  classes: readonly string[],
): Float32Array {
  const weights = new Float32Array(count * classes.length);
  if (one !== undefined && mixture) throw badRequest('request', 'a class or a mixture', 'both');
  for (let i = 0; i < count; i++) {
    const row = weights.subarray(i * classes.length, (i + 1) * classes.length);
    if (mixture) {
      for (const [name, share] of Object.entries(mixture)) {
        if (!Number.isFinite(share)) throw badRequest(`mixture.${name}`, 'a number', String(share));
        row[classIndex(name, classes)] = share;
      }
    } else row[one === undefined ? Math.floor((i * classes.length) / count) : classIndex(one, classes)] = 1;
  }
  return weights;
}

/**
 * A class by its name, else by its name in another Unicode form, else by its number.
 * @throws BAD_REQUEST for one that is not there, or a name that two classes have
 */
function classIndex(wanted: string | number, classes: readonly string[]): number {
  const text = String(wanted);
  const places = (is: (name: string) => boolean): number[] =>
    classes.flatMap((name, i) => (is(name) ? [i] : []));
  const same = places((name) => name === text);
  const found = same.length > 0 ? same : places((name) => name.normalize('NFC') === text.normalize('NFC'));
  if (found.length > 1)
    throw badRequest('class', 'a name that one class has', `${text}, which ${found.join(', ')} have`);
  const index = found[0] ?? (/^\d+$/.test(text) ? Number(text) : classes.length);
  if (index < classes.length) return index;
  const shown = classes.slice(0, 12).join(', ');
  throw badRequest('class', `one of ${shown}${classes.length > 12 ? ', ...' : ''}`, text);
}

function thresholdOf(
  { truncation, statistics }: GenerateRequest,
  { statistics: tables }: Known,
): number | null {
  if (tables?.automatic && statistics === undefined)
    return truncation?.convention === tables.convention ? truncation.threshold : null;
  if (statistics !== 'truncation') return null;
  if (!tables) throw badRequest('statistics', 'running, for the export has no others', statistics);
  if (truncation?.convention !== tables.convention)
    throw badRequest(
      'statistics',
      `a truncation of convention ${tables.convention}`,
      truncation?.convention ?? 'none',
    );
  return truncation.threshold;
}
