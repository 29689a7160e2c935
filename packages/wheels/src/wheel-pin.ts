/** A wheel: what pip calls it and the digest that its file must have. */
export interface WheelPin {
  /** With hyphens: `nvidia-cudnn-cu13`. */
  readonly distribution: string;
  readonly version: string;
  /** Hexadecimal, as the package index publishes it. */
  readonly sha256: string;
  /** Bytes of the wheel and of what is kept of it, where known: for a progress bar and the room on the disk. */
  readonly bytes?: { readonly wheel: number; readonly libraries: number };
  /** pip's platform tags that the wheel is asked for with. */
  readonly platforms: readonly string[];
}

/** Where a member of a wheel goes, relative to the folder of the installation; undefined for one that is left out. */
export type Keep = (member: string) => string | undefined;

/** A wheel and what is wanted of it. */
export interface WheelPart {
  readonly wheel: WheelPin;
  readonly keep: Keep;
  /** Targets that must come; when they have, the rest is not read. Empty: all that `keep` takes, but at least one. */
  readonly required: readonly string[];
}

/** What a requirements file of pip says of a wheel: `name==version --hash=sha256:...`. */
export const requirementOf = ({ distribution, version, sha256 }: WheelPin): string =>
  `${distribution}==${version} --hash=sha256:${sha256}`;

/** What the name of its file begins with: `nvidia_cudnn_cu13-9.19.0.56-`. */
export const fileStart = ({ distribution, version }: WheelPin): string =>
  `${distribution.replaceAll(/[-_.]+/g, '_')}-${version}-`;
