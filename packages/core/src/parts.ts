/**
 * A run is put together from parts: its backend, its data, its networks, its trainer. Each part has a token that names it
 * and carries its type, and a factory that asks for the parts that it needs. A container makes each part once, when it is
 * first asked for, and disposes of all in reverse order.
 */
export interface PartToken<T> {
  /** Dotted lower-case words, unique in a run, e.g. `data.training`. */
  readonly name: string;
  /** One sentence. */
  readonly summary: string;
  /** Never there: it ties the token to the type of its part. */
  readonly type?: T;
}

/** The parts of a run, as a factory sees them. */
export interface Parts {
  /**
   * Makes the part, unless that is done.
   * @throws UNKNOWN_PART, PART_CYCLE, and what the factory throws
   */
  get<T>(token: PartToken<T>): Promise<T>;
}

export interface PartFactory<T> {
  create(parts: Parts): T | Promise<T>;
  /** Gives back what the part holds; parts that need it are gone by then. */
  dispose?(part: T): void | Promise<void>;
}

/** A token and the factory that makes its part. */
export interface PartDefinition<T = unknown> extends PartFactory<T> {
  readonly token: PartToken<T>;
}

/** Puts something around a part, e.g. to time what it does. What it returns takes the part's place. */
export type PartWrapper<T> = (part: T, parts: Parts) => T | Promise<T>;

/** Parts that are made and disposed of together. */
export interface PartScope extends Parts {
  /** Puts a part in that was made elsewhere. The scope disposes of it only where it is told how. */
  provide<T>(token: PartToken<T>, part: T, dispose?: (part: T) => void | Promise<void>): void;
  /**
   * A scope of its own for parts that come and go while these stay, e.g. at a rollback. It asks this one for every part
   * that it does not define. It may be disposed of by itself; what is left of it goes with this scope.
   */
  child(definitions: readonly PartDefinition[]): PartScope;
  /** Disposes of every part that was made here, the last one first. All are tried; the first error is thrown. */
  dispose(): Promise<void>;
}

export function partToken<T>(name: string, summary: string): PartToken<T> {
  return Object.freeze({ name, summary });
}

export function definePart<T>(token: PartToken<T>, factory: PartFactory<T>): PartDefinition<T> {
  return Object.freeze({ token, ...factory });
}
