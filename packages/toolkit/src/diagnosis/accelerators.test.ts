import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { GanymedeError } from '@ganymede/core';
import type { FoundPlugin, PlatformName, PluginProbe } from '@ganymede/pjrt';
import { diagnoseAccelerators, refusalOfPjrt } from './accelerators.js';
import type { Finding } from './finding.js';
import { findHardware, type Hardware } from './hardware.js';

const none: Hardware = { nvidiaDriver: null, has: () => false };
const nvidia = (nvidiaDriver: string): Hardware => ({
  nvidiaDriver,
  has: (platform) => platform.startsWith('cuda'),
});
const opened: PluginProbe = {
  apiVersion: '0.115',
  version: 'cuda 13000',
  devices: [0, 1].map(() => ({ kind: 'NVIDIA H200', memory: 150e9 })),
  refusal: null,
};
const refused = (message: string): PluginProbe => ({
  ...opened,
  version: null,
  devices: [],
  refusal: { code: 'PJRT_FAILED_PRECONDITION', message },
});
const plugin = (platform: PlatformName | null, source: FoundPlugin['source'] = 'installed'): FoundPlugin => ({
  file: `/cache/${platform ?? 'mine'}.so`,
  source,
  platform,
});

/** Findings by platform; which plugins were opened is in `asked`. */
async function diagnosed(
  plugins: readonly FoundPlugin[],
  probe: PluginProbe,
  hardware: Hardware,
): Promise<{ findings: ReadonlyMap<string, Finding>; asked: string[] }> {
  const asked: string[] = [];
  const findings = await diagnoseAccelerators({
    plugins: () => plugins,
    probe: async (file, { open }) => (asked.push(`${file} ${open}`), probe),
    hardware,
  });
  return { findings: new Map(findings.map((one) => [one.name, one])), asked };
}

test('without devices and plugins nothing is to be typed, and nothing is loaded', async () => {
  const { findings, asked } = await diagnosed([], opened, none);
  expect([...findings.keys()]).toEqual(
    ['cuda', 'cuda12', 'rocm', 'oneapi', 'tpu', 'xla-cpu'].map((name) => `pjrt ${name}`),
  );
  for (const { status, fix } of findings.values())
    expect({ status, fix }).toEqual({ status: 'optional', fix: null });
  expect(findings.get('pjrt cuda')!.found).toBe('NVIDIA GPUs, CUDA 13: no plugin');
  expect(findings.get('pjrt rocm')!.found).toBe('AMD GPUs, ROCm 7: no plugin; never tried');
  expect(asked).toEqual([]);
});

test.each([
  ['580.159.03', 'cuda', 'cuda12'],
  ['550.54', 'cuda12', 'cuda'],
])('with driver %s the plugin to install is %s', async (driver, wanted, other) => {
  const { findings } = await diagnosed([], opened, nvidia(driver));
  expect(findings.get(`pjrt ${wanted}`)).toMatchObject({
    status: 'warning',
    fix: `Type: ganymede backend install ${wanted}`,
  });
  expect(findings.get(`pjrt ${other}`)).toMatchObject({ status: 'optional', fix: null });
});

test('one that opens: its version, its devices with their memory, the driver, where it came from', async () => {
  const { findings, asked } = await diagnosed(
    [plugin('cuda'), plugin('cuda', 'python')],
    opened,
    nvidia('580.1'),
  );
  expect(findings.get('pjrt cuda')).toEqual({
    name: 'pjrt cuda',
    status: 'ok',
    found: 'PJRT 0.115, cuda 13000: 2 x NVIDIA H200, 150 GB each (/cache/cuda.so, installed); driver 580.1',
    fix: null,
  });
  expect(asked).toEqual(['/cache/cuda.so true']);
});

test('one that refuses: its own words and what it needs', async () => {
  const words = 'Client_Create: No visible GPU devices.\nmore';
  const there = await diagnosed([plugin('cuda12')], refused(words), nvidia('560.1'));
  expect(there.findings.get('pjrt cuda12')).toEqual({
    name: 'pjrt cuda12',
    status: 'warning',
    found:
      'PJRT 0.115, refused: No visible GPU devices. (/cache/cuda12.so, installed); driver 560.1; never tried',
    fix: "It needs NVIDIA's driver, 525 or later.",
  });
  const absent = await diagnosed([plugin('rocm')], refused('librocm.so: no such file'), none);
  expect(absent.findings.get('pjrt rocm')).toMatchObject({
    status: 'optional',
    fix: "No such device is seen. It needs AMD's driver and ROCm 7.",
  });
});

test('the plugin for TPUs is not opened where there is none: it would ask the network for minutes', async () => {
  const loaded: PluginProbe = { ...opened, version: null, devices: [] };
  const { findings, asked } = await diagnosed([plugin('tpu')], loaded, none);
  expect(asked).toEqual(['/cache/tpu.so false']);
  expect(findings.get('pjrt tpu')).toMatchObject({
    status: 'optional',
    found: 'PJRT 0.115, not opened (/cache/tpu.so, installed); never tried',
  });
  const { asked: withTpu } = await diagnosed([plugin('tpu')], opened, { ...none, has: () => true });
  expect(withTpu).toEqual(['/cache/tpu.so true']);
});

test('one by its path, of no known platform; a path that leads nowhere', async () => {
  const { findings } = await diagnosed([plugin(null, 'GANYMEDE_PJRT')], opened, none);
  expect(findings.get('pjrt')).toMatchObject({
    status: 'ok',
    found: expect.stringContaining('(/cache/mine.so, GANYMEDE_PJRT)'),
  });
  const nowhere = (): never => {
    throw new GanymedeError('PLUGIN_NOT_FOUND', 'expected one in /gone.so, got none', {
      kind: 'missing',
      hint: 'Mend or unset GANYMEDE_PJRT.',
    });
  };
  const probe = async (): Promise<PluginProbe> => opened;
  expect(await diagnoseAccelerators({ plugins: nowhere, probe, hardware: none })).toEqual([
    {
      name: 'pjrt',
      status: 'warning',
      found: 'expected one in /gone.so, got none',
      fix: 'Mend or unset GANYMEDE_PJRT.',
    },
  ]);
  expect(await refusalOfPjrt({ probe, hardware: none }, nowhere)).toMatchObject({ code: 'PLUGIN_NOT_FOUND' });
  expect(await refusalOfPjrt({ probe, hardware: none }, () => plugin('cuda'))).toBeNull();
  expect(await refusalOfPjrt({ probe, hardware: none }, () => plugin('tpu'))).toMatchObject({
    code: 'NO_DEVICE',
  });
  const dies = async (): Promise<PluginProbe> => refused('it ended the process');
  expect(await refusalOfPjrt({ probe: dies, hardware: none }, () => plugin('cuda'))).toEqual({
    code: 'PJRT_FAILED_PRECONDITION',
    message: 'it ended the process',
    hint: 'Type: ganymede doctor',
  });
});

test('hardware, by the files of the system', () => {
  const root = mkdtempSync(join(tmpdir(), 'hardware-'));
  const write = (path: string, content = ''): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  };
  const seen = (): string[] => {
    const { has } = findHardware(root);
    return (['cuda', 'rocm', 'oneapi', 'tpu'] as const).filter(has);
  };
  expect(seen()).toEqual([]);
  expect(findHardware(root).nvidiaDriver).toBeNull();
  write('dev/vfio/vfio');
  write('sys/class/drm/renderD128/device/vendor', '0x1002\n');
  expect(seen()).toEqual([]);
  write(
    'proc/driver/nvidia/version',
    'NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  580.159.03  Release Build\nGCC version:  gcc version 12.3.0\n',
  );
  expect(findHardware(root).nvidiaDriver).toBe('580.159.03');
  expect(seen()).toEqual(['cuda']);
  write('dev/kfd');
  write('sys/class/drm/renderD129/device/vendor', '0x8086\n');
  write('dev/vfio/0');
  expect(seen()).toEqual(['cuda', 'rocm', 'oneapi', 'tpu']);
  rmSync(root, { recursive: true });
});
