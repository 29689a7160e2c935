import type { Api } from './api.js';
import { compileOptions, type BuildOptions } from './compile-options.js';
import { namedValues, type NamedValue } from './named-values.js';
import { programFields } from './program-fields.js';
import { serialized } from './serialized.js';

export interface Target extends Omit<BuildOptions, 'deviceIds'> {
  /** Of the plugin: NVIDIA's takes `target_config`, XLA's GpuTargetConfigProto as text, and `topology`, `1x1x1`. */
  readonly topology: Readonly<Record<string, NamedValue>>;
}

/**
 * Compiles for devices that this machine need not have: to see whether a module compiles there, and what it becomes
 * (XLA_FLAGS with `--xla_dump_to`). Nothing is timed on the device, so the kernels are those that XLA takes by default.
 * @param text - of a StableHLO module
 * @returns the program as the plugin serialises it; null where it cannot
 * @throws PJRT_UNIMPLEMENTED of plugins that compile for their own devices only, PJRT_INVALID_ARGUMENT
 */
export async function compileAhead(
  api: Api,
  text: string,
  { topology: options, ...build }: Target,
): Promise<Uint8Array | null> {
  const values = namedValues(options);
  const name = Buffer.from('target');
  const made = api.call('PJRT_TopologyDescription_Create', {
    topology_name: name,
    topology_name_size: name.length,
    create_options: values,
    num_options: values.count,
  });
  const topology = made.word('topology');
  try {
    const compiled = await api.callAsync('PJRT_Compile', {
      topology,
      ...programFields(text, compileOptions(build)),
    });
    const executable = compiled.word('executable');
    try {
      return serialized(api, executable);
    } finally {
      api.call('PJRT_Executable_Destroy', { executable });
    }
  } finally {
    api.call('PJRT_TopologyDescription_Destroy', { topology });
  }
}
