import type { ImageShape, Resolution } from './image-shape.js';

export interface DatasetReport {
  /** Files that could not be used, with the reason, in plain words. */
  readonly skipped: readonly { readonly file: string; readonly reason: string }[];
  /** Remarks for people: where labels come from, what was taken as a wrapper, images that were resized. */
  readonly notes?: readonly string[];
}

/** Labelled images, decoded, in memory or memory-mapped as uint8. */
export interface Dataset {
  readonly name: string;
  readonly imageShape: ImageShape;
  /** Class names; a label is an index into them. */
  readonly classes: readonly string[];
  /** Number of images. */
  readonly length: number;
  /**
   * What the data is: a hash of names, labels, contents and options, whatever folder or disk they lie on. Another pixel
   * makes another fingerprint, a copy does not.
   */
  readonly fingerprint: string;
  /** What earlier versions called the same data by; theirs may say less (names and sizes of files). */
  readonly formerFingerprints?: readonly string[];
  readonly report: DatasetReport;
  /** The label of each image. */
  labels(): Int32Array;
  /** What each image is called in messages, a file's path below the data; absent where images are in no files of their own. */
  names?(): Promise<readonly string[]>;
  /** Images as uint8 [indices.length, H, W, C], row-major, in the order of `indices`. */
  read(indices: ArrayLike<number>): Promise<Uint8Array>;
  close(): Promise<void>;
}

export interface DatasetOpenContext {
  /** Folder for decoded images. */
  readonly cacheFolder: string;
  /** The size that images are cropped and resized to: pixels a side, or height and width (see `sidesOf`). */
  readonly resolution: Resolution;
  readonly channels: 1 | 3 | 4;
  /** Stop at the first file that cannot be used instead of skipping it. */
  readonly strict: boolean;
  /** How whoever opens the data can be told to skip such files, for the hint of the error that strict raises. */
  readonly strictHint?: string;
  readonly onProgress?: (done: number, total: number) => void;
  /** Milliseconds since 1970. Without it nothing of files is remembered that tells them unchanged the next time. */
  readonly now?: () => number;
}

/** A size in pixels, and the first image that has it. */
export interface ImageSize {
  readonly width: number;
  readonly height: number;
  readonly file: string;
  /** How many images have it; absent where that is not known without reading all. */
  readonly images?: number;
}

export interface ImageSizesOptions extends Pick<Partial<DatasetOpenContext>, 'cacheFolder' | 'now'> {
  /** Pass over files that cannot be used, as opening does without `strict`, instead of stopping at the first. */
  readonly skipUnusable?: boolean;
}

export type ImageFilesContext = Pick<DatasetOpenContext, 'cacheFolder' | 'strict' | 'strictHint' | 'now'>;

/** An image as a file, before anything is decoded, cropped or resized. */
export interface ImageFile {
  /** Its name in messages, a path below the data. */
  readonly name: string;
  readonly label: number;
  /** Of its format: lower case, without the dot. */
  readonly extension: string;
  /**
   * Its bytes as they are, or why there are none, in words that follow its name; to be called before the next image is asked
   * for.
   */
  read(): Promise<Uint8Array | { readonly problem: string }>;
}

/** The images of a dataset as files, in the order in which an opened one has them. */
export interface ImageFiles extends DatasetReport {
  readonly classes: readonly string[];
  /** Files that may be images; some may turn out to be none. */
  readonly total: number;
  readonly images: Iterable<ImageFile> | AsyncIterable<ImageFile>;
}

/** Opens a dataset: scanning and decoding may take time and is reported. */
export interface DatasetSource {
  open(context: DatasetOpenContext): Promise<Dataset>;
  /**
   * The sizes that images have before anything is cropped or resized, each once; absent where images have no size of
   * their own. So that nothing has to be assumed where no resolution is given.
   */
  sizes?(options?: ImageSizesOptions): Promise<readonly ImageSize[]>;
  /**
   * The images as files, to be packed or copied: encoded ones as they are, plain pixels as PNG. Absent where images are
   * in no files.
   */
  files?(context: ImageFilesContext): Promise<ImageFiles>;
}
