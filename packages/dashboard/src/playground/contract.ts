import type { ToldError } from '@ganymede/core';
import { z } from 'zod';

/** The four meanings of truncation, which differ; the convention is always named. */
const convention = z.enum(['resample', 'scaled', 'clamp', 'std']);

/** Images of one picture: what a page shows at once, and what a request may ask of the machine. */
const mostImages = 36;

const name = z.string().min(1).max(300);
const seed = z.int().min(0).max(Number.MAX_SAFE_INTEGER);
const step = z.int().min(0).max(1e12);

const drawn = {
  first: name,
  second: name,
  /** Of the second class; at 0 the images are of the first alone. */
  share: z.number().min(0).max(1),
  truncation: z.strictObject({ convention, threshold: z.number().positive().max(1000) }).nullable(),
  seed,
};

const picture = z
  .discriminatedUnion('kind', [
    z.strictObject({ ...drawn, kind: z.literal('grid'), count: z.int().min(1).max(mostImages) }),
    z.strictObject({
      ...drawn,
      kind: z.literal('walk'),
      toSeed: seed,
      steps: z.int().min(2).max(mostImages),
    }),
    z.strictObject({
      ...drawn,
      kind: z.literal('direction'),
      direction: name,
      extent: z.number().positive().max(1000),
      images: z.int().min(1).max(mostImages),
      steps: z.int().min(2).max(mostImages),
    }),
  ])
  .refine((one) => one.kind !== 'direction' || one.images * one.steps <= mostImages, {
    message: `Too big: expected at most ${mostImages} images`,
  });

const weights = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('ema') }),
  z.strictObject({ kind: z.literal('trained') }),
  z.strictObject({ kind: z.literal('average'), sigmaRel: z.number().positive().max(1), step }),
]);

/** Which generator of a run: of a checkpoint, null for the newest; an average says its own step. */
const wanted = z.strictObject({ step: step.nullable(), weights });

/** Who asks: of the requests of one page only the newest is worth the work. */
const client = z.string().min(1).max(40);

/** Bodies of requests, by what is asked. */
export const requests = {
  about: z.strictObject({ client, wanted }),
  lengths: z.strictObject({ client }),
  picture: z.strictObject({ client, wanted, picture }),
} as const;

/** What is drawn: a grid of draws, a walk between two of them, or draws moved along a direction. */
export type Picture = Readonly<z.output<typeof picture>>;
export type Convention = z.output<typeof convention>;
export type Weights = Readonly<z.output<typeof weights>>;
export type WantedGenerator = Readonly<z.output<typeof wanted>>;

/** What a page has to know of a generator before it asks for pictures. */
export interface PlaygroundAbout {
  readonly step: number;
  readonly weights: Weights;
  readonly hasAverage: boolean;
  readonly hasTrained: boolean;
  /** Snapshots of averages, which others are rebuilt from. */
  readonly snapshots: number;
  readonly classes: readonly string[];
  readonly width: number;
  readonly height: number;
  readonly directions: readonly string[];
  /** What makes the images, in words. */
  readonly engine: string;
  /** What could not be read and is left out, in words. */
  readonly problem: string | null;
}

/** A length that a run's snapshots give, and the run that `ganymede ema` writes for it. */
export interface PossibleAverage {
  readonly sigmaRel: number;
  readonly residual: number;
  readonly step: number;
  readonly folder: string;
}

/** What a picture's bytes are. */
export interface PictureShape {
  readonly count: number;
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly milliseconds: number;
}

export interface DrawnPicture extends PictureShape {
  /** uint8 [N, H, W, C]. */
  readonly images: Uint8Array;
}

/** What the process that draws is asked. */
export type Question =
  | { readonly kind: 'about'; readonly run: string; readonly wanted: WantedGenerator }
  | { readonly kind: 'lengths'; readonly run: string }
  | {
      readonly kind: 'picture';
      readonly run: string;
      readonly wanted: WantedGenerator;
      readonly picture: Picture;
    };

/** What it answers, by the kind of the question. */
export interface Answers {
  readonly about: PlaygroundAbout;
  readonly lengths: readonly PossibleAverage[];
  readonly picture: DrawnPicture;
}

/** What comes back for a question. */
export type Answer = { readonly value: Answers[keyof Answers] } | { readonly error: ToldError };
