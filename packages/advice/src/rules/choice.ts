import type { ResolvedConfig } from '@ganymede/config';
import type { Resolution } from '@ganymede/core';
import type { DataFacts } from '../survey/data-facts.js';
import type { MachineFacts } from '../machine-facts.js';

/**
 * What a choice rests on: `published`, a rule or a number of the literature, which its reason names; `measured`, a number of
 * this machine or of these images; `rule`, one of this toolkit's own, which nobody has published.
 */
export type Basis = 'published' | 'measured' | 'rule' | 'asked for';

/** The value of one key of a config, and why. */
export interface Choice {
  /** Dotted, e.g. `generator.channels`. */
  readonly path: string;
  readonly value: unknown;
  readonly basis: Basis;
  /** One or more sentences without their last full stop. */
  readonly reason: string;
}

/** What a user asks for. */
export interface Wishes {
  readonly preset?: string;
  /** Pixels a side, or height and width. */
  readonly resolution?: Resolution;
  readonly flip?: boolean;
  /** Hours that training may take. */
  readonly hours: number;
  /** A penalty with gamma that is added. */
  readonly regularizer?: 'r1';
  /** The engine; `auto` by default. */
  readonly backend?: { readonly use: string; readonly [option: string]: unknown };
}

/** A few steps of the recipe on this machine. */
export interface MeasuredRecipe {
  readonly stepSeconds: number;
  readonly peakMemoryBytes: number;
  /** Images of a micro-batch that was measured. */
  readonly batchSize: number;
}

/** What a rule looks at. */
export interface Situation {
  readonly data: DataFacts;
  readonly machine: MachineFacts;
  readonly wishes: Wishes;
  /** The recipe that the config starts from, whole. */
  readonly base: ResolvedConfig;
  /** Pixels a side, or height and width. */
  readonly resolution: Resolution;
  /** Null where nothing was timed. */
  readonly measured: MeasuredRecipe | null;
  /** Generator steps of the whole run; those of the base before the rule of steps has spoken. */
  readonly steps: number;
}

/** A rule says of some keys what they should be. It computes from what it is given and nothing else. */
export type Rule = (situation: Situation) => readonly Choice[];

export const thousands = (count: number): string => count.toLocaleString('en-US');
