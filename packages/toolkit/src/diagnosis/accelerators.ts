import {
  findPlugin,
  findPlugins,
  platformNames,
  platforms,
  probePlugin,
  type FoundPlugin,
  type PlatformName,
  type PluginProbe,
  type ProbedDevice,
} from '@ganymede/pjrt';
import { errorOf, seeDoctor, type BackendReport } from './backend-report.js';
import type { Finding } from './finding.js';
import { findHardware, type Hardware } from './hardware.js';

/** Lowest version of NVIDIA's driver that CUDA 13 takes. */
const cuda13Driver = 580;

/** What the machine is asked; tests answer themselves. */
export interface AcceleratorSources {
  readonly plugins: () => readonly FoundPlugin[];
  readonly probe: (file: string, options: { readonly open: boolean }) => Promise<PluginProbe>;
  readonly hardware: Hardware;
}

/** This machine; a plugin that is asked for again is not opened again, which may take a minute, or fail while another has it. */
export function machine(): AcceleratorSources {
  const probes = new Map<string, Promise<PluginProbe>>();
  return {
    plugins: findPlugins,
    probe: (file, options) => {
      const known = probes.get(file);
      if (known) return known;
      const made = probePlugin(file, options);
      probes.set(file, made);
      return made;
    },
    hardware: findHardware(),
  };
}

/**
 * For each platform that XLA has a plugin for: which plugin is there and where it came from, its version and devices, or
 * why it refused and what is missing. Each plugin that is found is loaded in a process of its own.
 */
export async function diagnoseAccelerators(
  sources: AcceleratorSources = machine(),
): Promise<readonly Finding[]> {
  let plugins: readonly FoundPlugin[];
  try {
    plugins = sources.plugins();
  } catch (error) {
    // GANYMEDE_PJRT names what is not there.
    const { message, hint } = errorOf(error);
    return [{ name: 'pjrt', status: 'warning', found: message, fix: hint }];
  }
  const findings: Finding[] = [];
  for (const name of platformNames) {
    const plugin = plugins.find(({ platform }) => platform === name);
    findings.push(plugin ? await ofPlugin(name, plugin, sources) : withoutPlugin(name, sources.hardware));
  }
  // One that GANYMEDE_PJRT names, of a platform that its name does not tell.
  for (const plugin of plugins.filter(({ platform }) => platform === null))
    findings.push(told('pjrt', plugin, await sources.probe(plugin.file, { open: true }), null));
  return findings;
}

/**
 * Why the backend pjrt would not start, found out in a process of its own: a plugin may end the one that it is loaded into.
 * @returns null if it starts
 */
export async function refusalOfPjrt(
  sources: Pick<AcceleratorSources, 'probe' | 'hardware'> = machine(),
  find: () => FoundPlugin = findPlugin,
): Promise<BackendReport['error']> {
  try {
    const { file, platform } = find();
    const open = platform !== 'tpu' || sources.hardware.has('tpu');
    const { refusal } = await sources.probe(file, { open });
    if (refusal !== null) return { ...refusal, hint: seeDoctor };
    const message = `${file}: expected a TPU, got none`;
    return open ? null : { code: 'NO_DEVICE', message, hint: seeDoctor };
  } catch (error) {
    return errorOf(error);
  }
}

const neverTried = (name: PlatformName): string => (platforms[name].tried === null ? '; never tried' : '');

function withoutPlugin(name: PlatformName, { has, nvidiaDriver }: Hardware): Finding {
  const title = `${platforms[name].title}: no plugin`;
  const found = `${title}${neverTried(name)}`;
  const finding = { name: `pjrt ${name}`, status: 'optional', found, fix: null } as const;
  if (name === 'xla-cpu' || !has(name)) return finding;
  const major = Number(nvidiaDriver?.split('.')[0] ?? cuda13Driver);
  // Of the two for NVIDIA the one that the driver takes.
  if ((name === 'cuda' && major < cuda13Driver) || (name === 'cuda12' && major >= cuda13Driver)) {
    return finding;
  }
  return { ...finding, status: 'warning', fix: `Type: ganymede backend install ${name}` };
}

async function ofPlugin(
  name: PlatformName,
  plugin: FoundPlugin,
  { probe, hardware }: AcceleratorSources,
): Promise<Finding> {
  const open = name !== 'tpu' || hardware.has(name);
  const probed = await probe(plugin.file, { open });
  const isThere = hardware.has(name);
  const finding = told(
    `pjrt ${name}`,
    plugin,
    probed,
    `${isThere ? 'It' : 'No such device is seen. It'} needs ${platforms[name].needs}.`,
  );
  const isOpen = finding.status === 'ok';
  const driver =
    name.startsWith('cuda') && hardware.nvidiaDriver !== null ? `; driver ${hardware.nvidiaDriver}` : '';
  return {
    ...finding,
    status: isOpen || isThere ? finding.status : 'optional',
    found: `${finding.found}${driver}${neverTried(name)}`,
  };
}

function told(name: string, { file, source }: FoundPlugin, probe: PluginProbe, fix: string | null): Finding {
  const { apiVersion, version, devices, refusal } = probe;
  const where = `${file}, ${source}`;
  const api = apiVersion === null ? '' : `PJRT ${apiVersion}, `;
  if (refusal === null && version === null)
    return { name, status: 'warning', found: `${api}not opened (${where})`, fix };
  if (refusal !== null)
    return { name, status: 'warning', found: `${api}refused: ${shortened(refusal.message)} (${where})`, fix };
  return { name, status: 'ok', found: `${api}${version!}: ${listed(devices)} (${where})`, fix: null };
}

/** The plugin's first line, without the name of the call. */
const shortened = (message: string): string =>
  message
    .split('\n')[0]!
    .replace(/^Client_Create: /, '')
    .slice(0, 240);

/** `2 x NVIDIA H200, 141 GB each` */
function listed(devices: readonly ProbedDevice[]): string {
  const kinds = new Map<string, number>();
  for (const { kind, memory } of devices) {
    const text = memory === null ? kind : `${kind}, ${(memory / 1e9).toFixed(0)} GB each`;
    kinds.set(text, (kinds.get(text) ?? 0) + 1);
  }
  return [...kinds].map(([kind, count]) => `${count} x ${kind}`).join('; ') || 'no devices';
}
