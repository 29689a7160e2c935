/** Engines of a browser, the one to try first first. */
export const browserBackends = ['webgpu', 'webgl', 'wasm', 'cpu'] as const;
export type BrowserBackend = (typeof browserBackends)[number];

/** Where tfjs's `.wasm` files are: their folder, or each by its name. */
export type WasmPlaces = string | Readonly<Record<string, string>>;

export interface StartOptions {
  /** Address of the folder with tfjs's `.wasm` files, or the address of each by its name. */
  readonly wasm: WasmPlaces;
  /** Whether an engine that is only emulated, by the processor, will do. */
  readonly emulated: boolean;
}

/** Starts an engine as tfjs's current backend. @returns null, or why it does not run here */
export type StartBackend = (options: StartOptions) => Promise<string | null>;
