/** A tensor of a file of weights, row-major, in the layout of whoever wrote it. */
export interface WeightTensor {
  readonly shape: readonly number[];
  readonly data: ArrayLike<number> | BigInt64Array;
}

/** Weights that no package carries: what they are for, and where they may lie. */
export interface WeightRequest {
  /** What asks for them, for messages: `inception-v3`. */
  readonly what: string;
  /** Name of the file in the cache of weights. */
  readonly file: string;
  /** Where the user has it; then the cache is not looked into. */
  readonly path?: string;
  /** Start of the file's SHA-256 in hex. A file of the cache that differs is refused. */
  readonly sha256?: string;
  /** Where the file can be had, for the hint when it is missing. */
  readonly origin: string;
}

export interface WeightFile {
  readonly path: string;
  /** Of the whole file, in hex. */
  readonly sha256: string;
  readonly tensors: Readonly<Record<string, WeightTensor>>;
  /** What the file says about itself besides its tensors; empty where its format cannot. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** Finds and reads files of weights; components are handed one, for file formats are not their affair. */
export interface WeightSource {
  /** @throws a coded error that says where the file belongs and its checksum */
  read(request: WeightRequest): Promise<WeightFile>;
}
