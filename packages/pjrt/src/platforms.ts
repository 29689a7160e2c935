import type { WheelPart, WheelPin } from '@ganymede/wheels';
import { cpuPlugins } from './cpu-plugins.js';
import { cuda12Pins, cudaPins, oneapiPins, rocmPins, tpuPins } from './wheel-pins.js';

export const platformNames = ['cuda', 'cuda12', 'rocm', 'oneapi', 'tpu', 'xla-cpu'] as const;
export type PlatformName = (typeof platformNames)[number];

/** What XLA has a plugin for. */
export interface Platform {
  readonly name: PlatformName;
  /** `NVIDIA GPUs, CUDA 13` */
  readonly title: string;
  /** What the machine must have besides the wheels. */
  readonly needs: string;
  /** What it was tried on; null: nothing. */
  readonly tried: string | null;
  /** That of the plugin first. */
  readonly wheels: readonly WheelPin[];
  /** Path of the plugin in site-packages. */
  readonly plugin: string;
  /** Files that are kept besides what every wheel gives. */
  readonly others: readonly string[];
}

const cpu = cpuPlugins[0];

export const platforms: Readonly<Record<PlatformName, Platform>> = {
  cuda: {
    name: 'cuda',
    title: 'NVIDIA GPUs, CUDA 13',
    needs: "NVIDIA's driver, 580 or later",
    tried: 'an H200',
    wheels: cudaPins,
    plugin: 'jax_plugins/xla_cuda13/xla_cuda_plugin.so',
    others: [],
  },
  cuda12: {
    name: 'cuda12',
    title: 'NVIDIA GPUs, CUDA 12',
    needs: "NVIDIA's driver, 525 or later",
    tried: null,
    wheels: cuda12Pins,
    plugin: 'jax_plugins/xla_cuda12/xla_cuda_plugin.so',
    others: [],
  },
  rocm: {
    name: 'rocm',
    title: 'AMD GPUs, ROCm 7',
    needs: "AMD's driver and ROCm 7",
    tried: null,
    wheels: rocmPins,
    plugin: 'jax_plugins/xla_rocm7/xla_rocm_plugin.so',
    others: [],
  },
  oneapi: {
    name: 'oneapi',
    title: 'Intel GPUs, oneAPI',
    needs: "Intel's driver and the runtime of oneAPI",
    tried: null,
    wheels: oneapiPins,
    plugin: 'jax_plugins/xla_oneapi/xla_oneapi_plugin.so',
    others: [],
  },
  tpu: {
    name: 'tpu',
    title: 'TPUs',
    needs: "a machine of Google's with TPUs",
    tried: null,
    wheels: tpuPins,
    plugin: 'libtpu/libtpu.so',
    others: [],
  },
  'xla-cpu': {
    name: 'xla-cpu',
    title: 'processors, for tests',
    needs: 'nothing else',
    tried: 'processors, in CI',
    wheels: [cpu],
    plugin: cpu.plugin,
    others: cpu.others,
  },
};

export const isPlatformName = (name: string): name is PlatformName => Object.hasOwn(platforms, name);

/** Alternatives, wrappers and tools of NVIDIA's that XLA opens none of. */
const unneeded = /\.alt\.so|lib(nvblas|cusolverMg|cufftw|checkpoint|pcsamplingutil)\./;
/** NVIDIA's libraries, the programs that XLA runs, and what it links into every kernel: where site-packages has them. */
const vendor =
  /^nvidia\/\w+\/(lib\/lib[^/]+\.so[.\d]*|bin\/(ptxas|fatbinary|nvlink)|nvvm\/libdevice\/libdevice\.10\.bc)$/;

/** What is kept of the wheels, at the place that it has in site-packages: the plugin looks beside itself. */
export function partsOf({ wheels, plugin, others }: Platform): readonly WheelPart[] {
  return wheels.map((wheel, i) => ({
    wheel,
    keep: (member) =>
      member === plugin || others.includes(member) || (vendor.test(member) && !unneeded.test(member))
        ? member
        : undefined,
    required: i === 0 ? [plugin, ...others] : [],
  }));
}

/** `jax_plugins/xla_cuda13/xla_cuda_plugin.so`: the folders above may have any name. */
const ownPath = (file: string): string => file.split('/').slice(-3).join('/');

/** Where a plugin of a Python environment or a path is for, by the names of JAX's packages; null: not known. */
export function platformOf(file: string): PlatformName | null {
  const own = ownPath(file);
  if (own.includes('xla_cuda12')) return 'cuda12';
  if (/cuda/i.test(own)) return 'cuda';
  if (/rocm/i.test(own)) return 'rocm';
  if (/oneapi|sycl|intel/i.test(own)) return 'oneapi';
  if (/tpu/i.test(own)) return 'tpu';
  return /cpu/i.test(own) ? 'xla-cpu' : null;
}

/**
 * What a plugin's client is opened with: those of GPUs take all memory at once unless they are told not to, the others take no
 * options.
 * @param memoryFraction - of a GPU's memory that may be taken
 */
export const clientOptionsOf = (
  file: string,
  { memoryFraction }: { readonly memoryFraction?: number | undefined } = {},
): Readonly<Record<string, boolean | number>> =>
  /cuda|rocm|gpu|sycl|oneapi/i.test(ownPath(file))
    ? { preallocate: false, ...(memoryFraction !== undefined && { memory_fraction: memoryFraction }) }
    : {};
