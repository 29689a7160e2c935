import { normalCdf, normalDensity } from './normal.js';

/** What a random number is said to be: its distribution function and its moments. */
export interface Distribution {
  /** P(X <= x) */
  cdf(x: number): number;
  /** P(X < x); absent where no value has a probability of its own. */
  below?(x: number): number;
  readonly mean: number;
  readonly variance: number;
  /** Fourth moment about the mean: what the spread of a measured variance comes from. */
  readonly fourth: number;
}

/** N(mean, deviation^2). */
export function normalOf(mean = 0, deviation = 1): Distribution {
  return {
    cdf: (x) => normalCdf((x - mean) / deviation),
    mean,
    variance: deviation ** 2,
    fourth: 3 * deviation ** 4,
  };
}

/**
 * scale times N(0, 1) given that it lies in [-bound, bound] (Johnson, Kotz and Balakrishnan, Continuous Univariate
 * Distributions, section 10.1); moments by partial integration.
 */
export function truncatedNormalOf(bound: number, scale = 1): Distribution {
  const mass = normalCdf(bound) - normalCdf(-bound);
  const edge = (2 * normalDensity(bound)) / mass;
  const second = 1 - bound * edge;
  return {
    cdf: (x) => clip((normalCdf(x / scale) - normalCdf(-bound)) / mass),
    mean: 0,
    variance: scale ** 2 * second,
    fourth: scale ** 4 * (3 * second - bound ** 3 * edge),
  };
}

/** N(0, 1) with what lies beyond the bound moved to it: both ends have a probability of their own. */
export function clampedNormalOf(bound: number): Distribution {
  const inside = truncatedNormalOf(bound);
  const mass = normalCdf(bound) - normalCdf(-bound);
  const mixed = (ofInside: number, atEnds: number): number => mass * ofInside + (1 - mass) * atEnds;
  return {
    cdf: (x) => (x < -bound ? 0 : x >= bound ? 1 : normalCdf(x)),
    below: (x) => (x <= -bound ? 0 : x > bound ? 1 : normalCdf(x)),
    mean: 0,
    variance: mixed(inside.variance, bound ** 2),
    fourth: mixed(inside.fourth, bound ** 4),
  };
}

/** max(N(0, 1), 0): half of it is 0. */
export function censoredNormalOf(): Distribution {
  const mean = normalDensity(0);
  return {
    cdf: (x) => (x < 0 ? 0 : normalCdf(x)),
    below: (x) => (x <= 0 ? 0 : normalCdf(x)),
    mean,
    variance: 1 / 2 - mean ** 2,
    // Moments about 0: phi(0), 1/2, 2 phi(0), 3/2.
    fourth: 3 / 2 - 4 * mean * (2 * mean) + (6 * mean ** 2) / 2 - 3 * mean ** 4,
  };
}

/** Uniform between two numbers. */
export function uniformOf(low: number, high: number): Distribution {
  const width = high - low;
  return {
    cdf: (x) => clip((x - low) / width),
    mean: (low + high) / 2,
    variance: width ** 2 / 12,
    fourth: width ** 4 / 80,
  };
}

/** 1 with the given probability, else 0. */
export function bernoulliOf(probability: number): Distribution {
  const variance = probability * (1 - probability);
  return {
    cdf: (x) => (x < 0 ? 0 : x < 1 ? 1 - probability : 1),
    below: (x) => (x <= 0 ? 0 : x <= 1 ? 1 - probability : 1),
    mean: probability,
    variance,
    fourth: variance * (1 - 3 * variance),
  };
}

const clip = (probability: number): number => Math.min(1, Math.max(0, probability));
