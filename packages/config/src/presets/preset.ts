import type { ConfigDocument } from '../schema.js';

/** A recipe with a name: the keys in which it differs from the defaults. */
export interface Preset {
  readonly id: string;
  /** One sentence. */
  readonly summary: string;
  /** Where the numbers come from. */
  readonly cites?: readonly string[];
  readonly config: ConfigDocument;
}
