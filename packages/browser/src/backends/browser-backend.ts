/** Engines of a browser, the one to try first first. */
export const browserBackends = ['webgpu', 'webgl', 'wasm', 'cpu'] as const;
export type BrowserBackend = (typeof browserBackends)[number];

export interface StartOptions {
  /** Address of the folder with tfjs's `.wasm` files. */
  readonly wasmFolder: string;
  /** Whether an engine that is only emulated, by the processor, will do. */
  readonly emulated: boolean;
}

/** Starts an engine as tfjs's current backend. @returns null, or why it does not run here */
export type StartBackend = (options: StartOptions) => Promise<string | null>;
