import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import koffi from 'koffi';
import { noPlugin, pluginNotLoaded, stackTooSmall } from './errors.js';
import type { Address } from './native-memory.js';

/** dlfcn.h of glibc. */
const RTLD_NOW = 0x2;
const RTLD_GLOBAL = 0x100;
const RTLD_NODELETE = 0x1000;

/** XLA compiles inside koffi's calls, on stacks of koffi's own, whose default is too small for LLVM. */
const stackBytes = 16 * 1024 * 1024;

interface Loader {
  dlopen(file: string, flags: number): Address | null;
  dlerror(): string | null;
}

function openLoader(): Loader {
  // glibc has had dlopen in libc.so.6 since 2.34, before that in libdl.so.2.
  for (const name of ['libc.so.6', 'libdl.so.2']) {
    try {
      const library = koffi.load(name);
      return {
        dlopen: library.func('dlopen', 'void*', ['str', 'int']) as Loader['dlopen'],
        dlerror: library.func('dlerror', 'str', []) as Loader['dlerror'],
      };
    } catch {
      continue;
    }
  }
  throw pluginNotLoaded('the C library', 'no dlopen: this is not Linux with glibc');
}

function enlargeStacks(): void {
  const { sync_stack_size: sync = 0, async_stack_size: async = 0 } = koffi.config();
  if (sync >= stackBytes && async >= stackBytes) return;
  try {
    koffi.config({ sync_stack_size: stackBytes, async_stack_size: stackBytes });
  } catch (cause) {
    throw stackTooSmall(stackBytes, Math.min(sync, async), cause);
  }
}

/**
 * NVIDIA's libraries that XLA opens by name, those that others need first; what else lies there (of PyTorch, say) is left
 * alone.
 */
const wanted = [
  'cudart',
  'nvrtc',
  'nvJitLink',
  'cublasLt',
  'cublas',
  'nccl',
  'cupti',
  'cusparse',
  'cusolver',
  'cufft',
  'nvshmem_host',
  'cudnn',
];

/**
 * The libraries of NVIDIA's wheels in the site-packages folder that holds the plugin
 * (`site-packages/jax_plugins/xla_cuda13/xla_cuda_plugin.so`).
 */
export function neighbours(plugin: string): readonly string[] {
  const vendor = join(dirname(realpathSync(plugin)), '..', '..', 'nvidia');
  if (!existsSync(vendor)) return [];
  const rank = (path: string): number => {
    const [, name = ''] = path.match(/\blib\/lib(\w+)\.so(?:\.\d+)*$/) ?? [];
    return wanted.indexOf(name);
  };
  return readdirSync(vendor, { recursive: true, encoding: 'utf8' })
    .filter((path) => rank(path) >= 0)
    .sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1))
    .map((path) => join(vendor, path));
}

/** Opens what can be opened, in whatever order they need one another: rounds go on while another one loads. */
function openAll(loader: Loader, files: readonly string[]): void {
  let left = files;
  for (let before = Infinity; left.length > 0 && left.length < before;) {
    before = left.length;
    left = left.filter((file) => loader.dlopen(file, RTLD_NOW | RTLD_GLOBAL | RTLD_NODELETE) === null);
  }
}

/**
 * Opens a plugin for good, after its vendor's libraries, by path, so that LD_LIBRARY_PATH need not be set. Unloading it
 * at the end of the process, as koffi would, ends in a crash: its threads still run then.
 * @returns what GetPjrtApi gives
 * @throws PLUGIN_NOT_LOADED with the loader's message, STACK_TOO_SMALL
 */
export function openPlugin(file: string): Address {
  enlargeStacks();
  // XLA writes notes of its own to standard error; errors come through the C interface, and are not among them.
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
  const loader = openLoader();
  openAll(loader, neighbours(file));
  if (loader.dlopen(file, RTLD_NOW | RTLD_NODELETE) === null) {
    throw pluginNotLoaded(file, loader.dlerror() ?? 'no reason given');
  }
  try {
    return koffi.load(file).func('GetPjrtApi', 'void*', [])() as Address;
  } catch {
    throw noPlugin(file);
  }
}
