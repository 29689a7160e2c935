import { GanymedeError } from './errors.js';

/**
 * A named stream of random numbers: xoshiro128** (Blackman and Vigna, 2018), seeded by splitmix32 over a hash
 * of the run's seed and the stream's name. Streams of different names are independent, so that adding a consumer
 * of randomness does not move the others.
 */
export interface RandomStreamState {
  readonly name: string;
  /** Four unsigned 32-bit words, never all zero. */
  readonly words: readonly [number, number, number, number];
  /** The second value of the last pair of normals, if it was not used yet. */
  readonly spareNormal: number | null;
}

export class RandomStream {
  private spareNormal: number | null = null;

  private constructor(
    readonly name: string,
    private readonly words: Uint32Array,
  ) {}

  /** @param seed - a non-negative safe integer; @param name - what the stream is for, e.g. `latent`. */
  static create(seed: number, name: string): RandomStream {
    if (!Number.isSafeInteger(seed) || seed < 0) {
      throw new GanymedeError('BAD_SEED', `seed: expected a non-negative integer, got ${seed}`, {
        kind: 'usage',
      });
    }
    let hash = 0x811c9dc5;
    for (const byte of new TextEncoder().encode(`${seed}/${name}`)) {
      hash = Math.imul(hash ^ byte, 0x01000193) >>> 0; // FNV-1a
    }
    const words = new Uint32Array(4);
    let counter = hash;
    for (let i = 0; i < 4; i++) {
      counter = (counter + 0x9e3779b9) >>> 0;
      let word = counter;
      word = Math.imul(word ^ (word >>> 16), 0x21f0aaad) >>> 0;
      word = Math.imul(word ^ (word >>> 15), 0x735a2d97) >>> 0;
      words[i] = (word ^ (word >>> 15)) >>> 0;
    }
    return new RandomStream(name, words);
  }

  static restore(state: RandomStreamState): RandomStream {
    const { name, words, spareNormal } = state;
    const areWords = words.every((word) => Number.isInteger(word) && word >= 0 && word <= 0xffffffff);
    if (!areWords || words.length !== 4 || words.every((word) => word === 0)) {
      throw new GanymedeError(
        'BAD_RANDOM_STATE',
        `random stream ${name}: expected four unsigned 32-bit words that are not all zero, got [${words.join(', ')}]`,
        { kind: 'data' },
      );
    }
    const stream = new RandomStream(name, Uint32Array.from(words));
    stream.spareNormal = spareNormal;
    return stream;
  }

  get state(): RandomStreamState {
    const [a, b, c, d] = this.words as unknown as [number, number, number, number];
    return { name: this.name, words: [a, b, c, d], spareNormal: this.spareNormal };
  }

  /** A copy that starts where this one stands: drawing from it leaves this stream as it was. */
  clone(): RandomStream {
    return RandomStream.restore(this.state);
  }

  /** A stream of its own for a part: a function of the name and of where this one stands, which does not move. */
  fork(name: string): RandomStream {
    const [a, b] = this.words;
    return RandomStream.create(
      ((a! & 0xfffff) * 0x100000000 + b!) % Number.MAX_SAFE_INTEGER,
      `${this.name}/${name}`,
    );
  }

  /** An unsigned 32-bit integer. */
  nextUint32(): number {
    const s = this.words;
    let result = Math.imul(s[1]!, 5);
    result = Math.imul((result << 7) | (result >>> 25), 9) >>> 0;
    const t = s[1]! << 9;
    s[2]! ^= s[0]!;
    s[3]! ^= s[1]!;
    s[1]! ^= s[2]!;
    s[0]! ^= s[3]!;
    s[2]! ^= t;
    s[3] = (s[3]! << 11) | (s[3]! >>> 21);
    return result;
  }

  /** Uniform in [0, 1), 32 bits of resolution. */
  nextUniform(): number {
    return this.nextUint32() / 0x100000000;
  }

  /** Uniform integer in [0, bound), without modulo bias. */
  nextInteger(bound: number): number {
    if (!Number.isInteger(bound) || bound < 1 || bound > 0x100000000) {
      throw new GanymedeError('BAD_BOUND', `nextInteger: expected a bound in [1, 2^32], got ${bound}`, {
        kind: 'failed',
      });
    }
    const limit = 0x100000000 - (0x100000000 % bound);
    let value = this.nextUint32();
    while (value >= limit) value = this.nextUint32();
    return value % bound;
  }

  /** Standard normal (Marsaglia's polar method). */
  nextNormal(): number {
    if (this.spareNormal !== null) {
      const spare = this.spareNormal;
      this.spareNormal = null;
      return spare;
    }
    for (;;) {
      const u = 2 * this.nextUniform() - 1;
      const v = 2 * this.nextUniform() - 1;
      const s = u * u + v * v;
      if (s > 0 && s < 1) {
        const scale = Math.sqrt((-2 * Math.log(s)) / s);
        this.spareNormal = v * scale;
        return u * scale;
      }
    }
  }

  // Plain loops: `from` with a callback takes three times as long, which the weights of a large network feel.

  normals(length: number): Float32Array {
    const values = new Float32Array(length);
    for (let i = 0; i < length; i++) values[i] = this.nextNormal();
    return values;
  }

  /** Uniform in [0, 1), 24 bits of resolution: more would round up to 1 in float32. */
  uniforms(length: number): Float32Array {
    const values = new Float32Array(length);
    for (let i = 0; i < length; i++) values[i] = (this.nextUint32() >>> 8) / 0x1000000;
    return values;
  }

  integers(length: number, bound: number): Int32Array {
    const values = new Int32Array(length);
    for (let i = 0; i < length; i++) values[i] = this.nextInteger(bound);
    return values;
  }

  /** A uniformly random permutation of 0..length-1 (Fisher-Yates). */
  permutation(length: number): Uint32Array {
    const order = Uint32Array.from({ length }, (_, i) => i);
    for (let i = length - 1; i > 0; i--) {
      const j = this.nextInteger(i + 1);
      const held = order[i]!;
      order[i] = order[j]!;
      order[j] = held;
    }
    return order;
  }
}

/** The streams of a run by name; all are created from one seed and saved and restored together. */
export class RandomStreams {
  private readonly streams = new Map<string, RandomStream>();

  constructor(readonly seed: number) {}

  /** The stream of this name, created on first use. */
  get(name: string): RandomStream {
    let stream = this.streams.get(name);
    if (!stream) this.streams.set(name, (stream = RandomStream.create(this.seed, name)));
    return stream;
  }

  get state(): readonly RandomStreamState[] {
    return [...this.streams.values()].map((stream) => stream.state);
  }

  /** Puts every saved stream back; streams that were created since start afresh. */
  restore(states: readonly RandomStreamState[]): void {
    this.streams.clear();
    for (const state of states) this.streams.set(state.name, RandomStream.restore(state));
  }
}
