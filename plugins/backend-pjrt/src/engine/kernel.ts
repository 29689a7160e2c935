import { Value, type OpSink, type Precision } from '@ganymede/stablehlo';

/** What a kernel is told of a call: attributes as tfjs gives them, where ops go, and how exact products are. */
export interface KernelCall<A> {
  readonly attrs: A;
  readonly sink: OpSink;
  readonly precision: Precision;
}

export type Inputs = Readonly<Record<string, Value>>;

/** A tfjs kernel as a piece of a StableHLO module. The results' shapes and types are those of the values it gives. */
export interface Kernel {
  /** tfjs's name. */
  readonly name: string;
  /** Whether it only moves elements or selects among them, so that it is the same in every type. */
  readonly moves: boolean;
  readonly emit: (inputs: Inputs, call: KernelCall<never>) => Value | readonly Value[];
}

/**
 * @param name - tfjs's
 * @param emit - of inputs by tfjs's names; of a kernel that takes a list, by their numbers
 */
export function kernel<I extends string, A = unknown>(
  name: string,
  emit: (inputs: Readonly<Record<I, Value>>, call: KernelCall<A>) => Value | readonly Value[],
  { moves = false }: { readonly moves?: boolean } = {},
): Kernel {
  return { name, moves, emit: emit as Kernel['emit'] };
}

/** Values of a kernel that takes a list. */
export const listOf = (inputs: Inputs): readonly Value[] => Object.values(inputs);

export const resultsOf = (emitted: Value | readonly Value[]): readonly Value[] =>
  emitted instanceof Value ? [emitted] : emitted;
