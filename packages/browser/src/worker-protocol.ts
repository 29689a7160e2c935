import type { BrowserBackend, WasmPlaces } from './backends/browser-backend.js';
import type { PlainError } from './plain-error.js';
import type { GeneratorConfig } from '@ganymede/generator-files';
import type { GenerateRequest, LatentsRequest } from './request.js';

/** What a page asks its worker; every answer has the request's number. */
export type WorkerRequest =
  | {
      readonly kind: 'load';
      readonly id: number;
      readonly address: string;
      readonly backend: BrowserBackend | 'auto';
      /** Of the generator's files by name, where they are not beside each other. */
      readonly addresses: Readonly<Record<string, string>>;
      /** Null: beside the worker. */
      readonly wasm: WasmPlaces | null;
    }
  | { readonly kind: 'generate'; readonly id: number; readonly request: GenerateRequest }
  | { readonly kind: 'latents'; readonly id: number; readonly request: LatentsRequest }
  | { readonly kind: 'abort'; readonly id: number };

export interface LoadedInfo {
  readonly config: GeneratorConfig;
  readonly latentSize: number;
  readonly backend: BrowserBackend;
}

export type WorkerAnswer =
  | { readonly kind: 'progress'; readonly id: number; readonly loaded: number; readonly total: number }
  | { readonly kind: 'loaded'; readonly id: number; readonly info: LoadedInfo }
  | {
      readonly kind: 'batch';
      readonly id: number;
      readonly first: number;
      readonly pixels: Uint8ClampedArray<ArrayBuffer>;
      readonly values: Float32Array<ArrayBuffer> | null;
    }
  | { readonly kind: 'latents'; readonly id: number; readonly z: Float32Array<ArrayBuffer> }
  | { readonly kind: 'done'; readonly id: number; readonly milliseconds: number }
  | { readonly kind: 'error'; readonly id: number; readonly error: PlainError };
