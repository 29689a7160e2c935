import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import * as util from 'node:util';
import * as tf from '@tensorflow/tfjs';
import {
  GanymedeError,
  type Backend,
  type BackendDescription,
  type CompiledStep,
  type CompileOptions,
  type NamedTensors,
} from '@ganymede/core';
import { EagerStep } from '@ganymede/core/eager-step';

export const tfjsNodePackages = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'] as const;
export type TfjsNodePackage = (typeof tfjsNodePackages)[number];

export interface TfjsNodeOptions {
  /** `auto`: the GPU package, and where it does not load the other. */
  readonly package?: TfjsNodePackage | 'auto';
  /** `gpu`: an error where TensorFlow sees none. */
  readonly device?: 'any' | 'gpu';
  /** Folder whose packages are looked in. */
  readonly projectFolder?: string;
}

/** Loads a package by name from a project; replaced in tests. */
export type LoadPackage = (name: TfjsNodePackage, projectFolder: string) => unknown;

/** The backend's name is the packages' own choice. */
const name = 'tensorflow';

/** What is used of tfjs-node's kernel backend (tfjs-node/dist/nodejs_kernel_backend.d.ts). */
interface NodeKernelBackend {
  readonly isUsingGpuDevice: boolean;
  readonly binding: { readonly TF_Version: string };
}

/** The stock `@tensorflow/tfjs-node` or `-gpu` that a project has: native kernels, steps run eagerly, float32. */
export class TfjsNode implements Backend {
  private loaded: TfjsNodePackage | null = null;

  constructor(
    private readonly options: TfjsNodeOptions = {},
    private readonly loadPackage: LoadPackage = requireFrom,
  ) {}

  /** @throws BACKEND_UNAVAILABLE, BACKEND_IN_USE, NO_GPU */
  async activate(): Promise<BackendDescription> {
    const loaded = (this.loaded ??= this.load());
    await tf.setBackend(name);
    const { isUsingGpuDevice, binding } = tf.backend() as unknown as NodeKernelBackend;
    if (this.options.device === 'gpu' && !isUsingGpuDevice) {
      throw new GanymedeError(
        'NO_GPU',
        `tfjs-node: expected a GPU that TensorFlow ${binding.TF_Version} can use, got none`,
        {
          kind: 'missing',
          hint: `Use device any, or make the CUDA libraries of TensorFlow ${binding.TF_Version} and ${tfjsNodePackages[0]} available.`,
        },
      );
    }
    return {
      name: 'tfjs-node',
      device: isUsingGpuDevice ? 'gpu:0' : 'cpu',
      library: `TensorFlow ${binding.TF_Version} (${loaded})`,
      threads: availableParallelism(),
    };
  }

  private load(): TfjsNodePackage {
    if (!('isNullOrUndefined' in util)) {
      throw new GanymedeError(
        'BACKEND_UNAVAILABLE',
        `tfjs-node: expected a Node before 23, whose util.isNullOrUndefined its kernels call, got ${process.version}`,
        { kind: 'missing', hint: 'Use the tensorflow backend, which runs on every Node.' },
      );
    }
    if (tf.findBackendFactory(name) != null && !isNodeBackend()) {
      throw new GanymedeError(
        'BACKEND_IN_USE',
        `tfjs-node: expected the tfjs backend name ${name} to be free, got another backend there`,
        {
          kind: 'failed',
          hint: 'Dispose the tensorflow backend first, or choose one of the two for this process.',
        },
      );
    }
    const { package: wanted = 'auto', projectFolder = '.' } = this.options;
    const failures: { name: TfjsNodePackage; error: unknown }[] = [];
    for (const candidate of wanted === 'auto' ? tfjsNodePackages : [wanted]) {
      const kernelsBefore = kernelNames();
      try {
        this.loadPackage(candidate, projectFolder);
        if (tf.findBackendFactory(name) == null) {
          throw new Error(`it registered no ${name} backend with the @tensorflow/tfjs that Ganymede uses`);
        }
        return candidate;
      } catch (error) {
        // The packages register their kernels before they look for their binding.
        for (const kernel of kernelNames()) if (!kernelsBefore.has(kernel)) tf.unregisterKernel(kernel, name);
        failures.push({ name: candidate, error });
      }
    }
    throw unavailable(failures, resolve(projectFolder));
  }

  /** @throws PRECISION_UNSUPPORTED for bfloat16 */
  compile(
    step: (inputs: NamedTensors) => NamedTensors,
    { name: stepName, precision = 'float32' }: CompileOptions,
  ): CompiledStep {
    if (precision !== 'float32') {
      throw new GanymedeError(
        'PRECISION_UNSUPPORTED',
        `${stepName} on tfjs-node: expected precision float32, got ${precision}`,
        { kind: 'usage', hint: 'Set precision to float32, or use the tensorflow backend.' },
      );
    }
    return new EagerStep(stepName, step);
  }

  /** The package registered itself when it was loaded, and could not again: it stays. */
  dispose(): void {
    this.loaded = null;
  }
}

function requireFrom(packageName: TfjsNodePackage, projectFolder: string): unknown {
  return createRequire(join(resolve(projectFolder), 'package.json'))(packageName);
}

const kernelNames = (): Set<string> =>
  new Set(tf.getKernelsForBackend(name).map(({ kernelName }) => kernelName));

/** Whether the backend under the name is tfjs-node's already: its class has a native binding as a plain object. */
function isNodeBackend(): boolean {
  const backend = tf.engine().findBackend(name) as Partial<NodeKernelBackend> | null;
  return backend?.binding !== undefined && Object.getPrototypeOf(backend.binding) === Object.prototype;
}

function unavailable(
  failures: readonly { readonly name: TfjsNodePackage; readonly error: unknown }[],
  folder: string,
): GanymedeError {
  const reasons = failures.map(({ name: failed, error }) => `${failed}: ${firstLine(error)}`);
  const missing = failures.every(({ name: failed, error }) => isMissing(error, failed));
  const [broken] = failures.filter(({ name: failed, error }) => !isMissing(error, failed));
  return new GanymedeError(
    'BACKEND_UNAVAILABLE',
    `tfjs-node: expected a package that loads from ${folder}, got ${reasons.join('; ')}`,
    {
      kind: 'missing',
      hint: missing
        ? `Type: npm install ${failures.at(-1)!.name}@${tf.version_core}`
        : `Type: npm rebuild ${broken!.name} --build-addon-from-source, or use the tensorflow backend, which needs no build.`,
      cause: failures.at(-1)?.error,
    },
  );
}

const isMissing = (error: unknown, packageName: string): boolean =>
  error instanceof Error &&
  (error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND' &&
  error.message.includes(`'${packageName}'`);

const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n')[0]!.trim();
