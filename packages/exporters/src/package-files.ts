import type { GeneratorConfig } from '@ganymede/generator-files';

export interface PackageContent {
  readonly packageName: string;
  readonly config: GeneratorConfig;
  readonly latentSize: number;
  /** SPDX identifier; null where nobody said. */
  readonly license: string | null;
  /** Names in its folder `generator`. */
  readonly generatorFiles: readonly string[];
  /** Names in its folder `runtime`. */
  readonly wasmFiles: readonly string[];
}

/**
 * The files of a package that are made of what its generator is: the manifest, a module for Node and one for bundlers, and
 * their types. Both modules name every file by itself in the form that bundlers know.
 */
export function packageFiles(content: PackageContent): Record<string, string> {
  const { generatorFiles, wasmFiles } = content;
  const generator = addresses('files', 'generator', generatorFiles);
  return {
    'package.json': `${JSON.stringify(manifestOf(content), null, 2)}\n`,
    'node.js': lines(
      "import { readFile } from 'node:fs/promises';",
      "import process from 'node:process';",
      "import { fileURLToPath } from 'node:url';",
      "import { packagedGenerator } from './runtime/node.cjs';",
      '',
      ...generator,
      "const runtime = fileURLToPath(new URL('./runtime/', import.meta.url));",
      'export const { load, generate, latents, dispose } = packagedGenerator(files, runtime, {',
      '  readFile,',
      '  now: () => performance.now(),',
      '  process,',
      "  borrowed: () => import('./runtime/node-borrowed.cjs'),",
      '});',
      ...constantsOf(content),
    ),
    'page.js': lines(
      "import { packagedGenerator } from './runtime/page.js';",
      '',
      ...generator,
      ...addresses('wasm', 'runtime', wasmFiles),
      'export const { load, generate, latents, dispose } = packagedGenerator(files, wasm);',
      "export { imageData } from './runtime/page.js';",
      ...constantsOf(content),
    ),
    'node.d.ts': lines(...typesOf(content), ...nodeTypes),
    'page.d.ts': lines(...typesOf(content), ...pageTypes),
  };
}

const lines = (...all: readonly string[]): string => `${all.join('\n')}\n`;

function manifestOf({ packageName, config, license }: PackageContent): Record<string, unknown> {
  const { height, width } = config.imageShape;
  return {
    name: packageName,
    version: '1.0.0',
    description: `Images of ${width}x${height} pixels by a ${config.generator.use} of ${config.classes.length} classes`,
    // npm's word for "all rights reserved", which is what holds where nobody said anything else.
    license: license ?? 'UNLICENSED',
    type: 'module',
    sideEffects: false,
    exports: {
      '.': {
        node: { types: './node.d.ts', default: './node.js' },
        types: './page.d.ts',
        default: './page.js',
      },
      './package.json': './package.json',
    },
    files: ['generator', 'runtime', 'run-config.json', '*.js', '*.d.ts'],
    engines: { node: '>=20.20.0' },
  };
}

function addresses(name: string, folder: string, files: readonly string[]): string[] {
  return [
    `const ${name} = {`,
    ...files.map((file) => `  '${file}': new URL('./${folder}/${file}', import.meta.url),`),
    '};',
  ];
}

function constantsOf({ config, latentSize }: PackageContent): string[] {
  return [
    `export const classes = ${JSON.stringify(config.classes)};`,
    `export const imageShape = ${JSON.stringify(config.imageShape)};`,
    `export const latentSize = ${latentSize};`,
  ];
}

function typesOf({ config }: PackageContent): string[] {
  const { height, width, channels } = config.imageShape;
  const names = [...new Set(config.classes)].map((name) => JSON.stringify(name));
  return [
    '/** Classes that it was trained on, in order; a class may also be named by its number. */',
    `export type ClassName = ${names.join(' | ')};`,
    'export declare const classes: readonly ClassName[];',
    '/** Pixels, and numbers of each. */',
    `export declare const imageShape: { readonly height: ${height}; readonly width: ${width}; readonly channels: ${channels} };`,
    'export declare const latentSize: number;',
    '',
    '/** The four meanings of truncation, which differ. */',
    "export type TruncationConvention = 'resample' | 'scaled' | 'clamp' | 'std';",
    'export interface LatentsRequest {',
    '  /** None by default: latents of the whole prior. */',
    '  readonly truncation?: { readonly convention: TruncationConvention; readonly threshold: number };',
    '  /** Of the latents, a non-negative integer; 0 by default. The same seed gives the same images. */',
    '  readonly seed?: number;',
    '  /** Images; 1 by default. */',
    '  readonly count?: number;',
    '}',
    'export interface GenerateRequest extends LatentsRequest {',
    '  /** By default images are spread evenly over the classes. */',
    '  readonly class?: ClassName | number;',
    '  /** What the images have of each class, instead of one. */',
    '  readonly mixture?: { readonly [name in ClassName]?: number };',
    '  /** Latents instead of draws, [count x latentSize]. */',
    '  readonly latents?: Float32Array;',
    '  /** Of batch normalization: running averages, the default, or those of the truncation where there are some. */',
    "  readonly statistics?: 'running' | 'truncation';",
    '  /** Whether the numbers of the images come too; false by default. */',
    '  readonly values?: boolean;',
    '}',
    'export interface Images {',
    '  readonly width: number;',
    '  readonly height: number;',
    '  readonly count: number;',
    '  /** RGBA, [count, height, width, 4]. */',
    '  readonly pixels: Uint8ClampedArray<ArrayBuffer>;',
    '  /** [count, height, width, channels], meant to lie in [-1, 1]; where they were asked for. */',
    '  readonly values: Float32Array<ArrayBuffer> | null;',
    '  readonly milliseconds: number;',
    '}',
    'export interface CallOptions {',
    '  /** Ends the work before its next batch. */',
    '  readonly signal?: AbortSignal;',
    '  readonly onProgress?: (done: number, total: number, pixels: Uint8ClampedArray<ArrayBuffer>) => void;',
    '}',
    '/** Makes images; loads the generator first, if nobody did. */',
    'export declare function generate(request?: GenerateRequest, options?: CallOptions): Promise<Images>;',
    '/** The latents that a request draws, [count x latentSize], to mix or to move. */',
    'export declare function latents(request?: LatentsRequest): Promise<Float32Array>;',
    '/** Frees the generator; the next request loads it again. */',
    'export declare function dispose(): Promise<void>;',
    '',
    'export interface LoadOptions {',
    '  readonly signal?: AbortSignal;',
    '  /** Told of bytes of weights as they come. */',
    '  readonly onProgress?: (loaded: number, total: number) => void;',
  ];
}

const nodeTypes = [
  '  /**',
  "   * The engine: by default `tensorflow` where the program has loaded `@tensorflow/tfjs-node`, else 'wasm', else 'cpu'; or",
  '   * any that the program has registered with tfjs.',
  '   */',
  '  readonly backend?: string;',
  '}',
  '/** Loads the generator before it is asked for images. Gives the name of its engine. */',
  'export declare function load(options?: LoadOptions): Promise<string>;',
];

const pageTypes = [
  '  /** The engine; the first that runs here by default. */',
  "  readonly backend?: 'auto' | 'webgpu' | 'webgl' | 'wasm' | 'cpu';",
  '  /** The worker, started by yourself, for bundlers that do not know workers. */',
  '  readonly worker?: Worker;',
  '}',
  '/** Loads the generator before it is asked for images. Gives the name of its engine. */',
  'export declare function load(options?: LoadOptions): Promise<string>;',
  '/** One image as a canvas takes it. */',
  'export declare function imageData(images: Images, index: number): ImageData;',
];
