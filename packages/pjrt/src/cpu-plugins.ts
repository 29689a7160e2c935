import type { WheelPin } from '@ganymede/wheels';

/** A wheel that has a plugin for processors. */
export interface PluginPin extends WheelPin {
  /** Path of the plugin in the wheel, and of other files that are kept. */
  readonly plugin: string;
  readonly others: readonly string[];
}

const linuxX64 = ['manylinux_2_27_x86_64', 'manylinux_2_17_x86_64', 'manylinux2014_x86_64'];

/** XLA for processors, for tests: the newest first, then one with the header of its API. */
export const cpuPlugins: readonly [PluginPin, PluginPin] = [
  {
    distribution: 'lammps-jax-pjrt-cpu',
    version: '0.11.2',
    sha256: '1319390d948b39f69f7dade496b7c385149d9ca6097a6b62114da113216d9ad1',
    bytes: { wheel: 62_711_338, libraries: 201_600_336 },
    platforms: linuxX64,
    plugin: 'lammps_jax_pjrt_cpu/pjrt_c_api_cpu_plugin.so',
    others: [],
  },
  {
    distribution: 'xla-cpu-pjrt',
    version: '0.0.1',
    sha256: '55837b6b7b47daa717f2d9a5a03563ea0ceaa338d06a81a1e2d3f060d960decc',
    bytes: { wheel: 63_461_052, libraries: 259_390_571 },
    platforms: linuxX64,
    plugin: 'xla_plugins/xla_cpu_pjrt/xla_cpu_pjrt.so',
    others: ['xla_plugins/xla_cpu_pjrt/include/pjrt_c_api.h'],
  },
];
