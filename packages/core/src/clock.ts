/** Where a program's times come from. Whoever needs one is handed this; nothing else asks the machine. */
export interface Clock {
  /** The time of day, milliseconds since 1970: for records. Somebody may set it, and then it jumps. */
  now(): number;
  /** Milliseconds from some start, never backwards: for durations. */
  monotonic(): number;
}
