/** The k smallest of the values that were offered, with the number that each came under, ascending. */
export class SmallestValues {
  readonly values: Float64Array;
  readonly indices: Int32Array;

  constructor(private readonly k: number) {
    this.values = new Float64Array(k).fill(Infinity);
    this.indices = new Int32Array(k).fill(-1);
  }

  /** The largest value that is kept: no other is taken. */
  get largest(): number {
    return this.values[this.k - 1]!;
  }

  /** Among equal values the first that came stays before the others. */
  offer(value: number, index: number): void {
    const { values, indices } = this;
    let at = this.k - 1;
    if (!(value < values[at]!)) return;
    for (; at > 0 && values[at - 1]! > value; at--) {
      values[at] = values[at - 1]!;
      indices[at] = indices[at - 1]!;
    }
    values[at] = value;
    indices[at] = index;
  }
}
