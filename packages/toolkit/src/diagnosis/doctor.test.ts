import {
  definePlugin,
  defineComponent,
  GanymedeError,
  type Backend,
  type BackendDescription,
  type Components,
} from '@ganymede/core';
import { z } from 'zod';
import { createContainer } from '../container.js';
import { inspectBackends } from './backends.js';
import { diagnose } from './doctor.js';

const description: BackendDescription = { name: 'wasm', device: 'cpu', library: 'wasm 1.0', threads: 2 };

/** A container whose backends do as they are told; what they were asked is in `calls`. */
async function containerOf(
  backends: Record<string, () => Promise<BackendDescription>>,
): Promise<{ container: Components; calls: string[] }> {
  const calls: string[] = [];
  const plugin = definePlugin({
    apiVersion: 1,
    name: 'test',
    register: (port) => {
      for (const [id, activate] of Object.entries(backends))
        port.add(
          defineComponent({
            slot: 'backend',
            id,
            summary: 'A backend.',
            options: z.strictObject({}),
            create: () =>
              ({
                activate: () => (calls.push(`${id} activate`), activate()),
                dispose: () => void calls.push(`${id} dispose`),
              }) as unknown as Backend,
          }),
        );
    },
  });
  return { container: await createContainer({ builtins: [plugin] }), calls };
}

const absent = (): Promise<never> =>
  Promise.reject(
    new GanymedeError('LIBRARY_NOT_FOUND', 'looked everywhere', {
      kind: 'missing',
      hint: 'Type: install it',
    }),
  );

test('every backend is started and stopped, whether or not it starts', async () => {
  const { container, calls } = await containerOf({ tensorflow: absent, wasm: async () => description });
  expect(await inspectBackends(container)).toEqual([
    {
      id: 'tensorflow',
      summary: 'A backend.',
      plugin: 'test',
      description: null,
      error: { code: 'LIBRARY_NOT_FOUND', message: 'looked everywhere', hint: 'Type: install it' },
    },
    { id: 'wasm', summary: 'A backend.', plugin: 'test', description, error: null },
  ]);
  expect(calls).toEqual(['tensorflow activate', 'tensorflow dispose', 'wasm activate', 'wasm dispose']);
});

test('what is not there is told with what to type', async () => {
  const { container } = await containerOf({ tensorflow: absent, wasm: async () => description });
  const findings = await diagnose(container);
  expect(findings).toContainEqual({ name: 'Node.js', status: 'ok', found: process.versions.node, fix: null });
  expect(findings).toContainEqual({
    name: 'backend tensorflow',
    status: 'warning',
    found: 'not installed',
    fix: 'Type: install it',
  });
  expect(findings).toContainEqual({
    name: 'backend wasm',
    status: 'ok',
    found: 'wasm 1.0 on cpu',
    fix: null,
  });
  for (const name of ['processor', 'memory', 'disk'])
    expect(findings.find((finding) => finding.name === name)!.found).toMatch(/\d/);
});

test('without any backend training is not possible', async () => {
  const { container } = await containerOf({ wasm: () => Promise.reject(new Error('no SIMD')) });
  expect(await diagnose(container)).toContainEqual({
    name: 'backend wasm',
    status: 'missing',
    found: 'no SIMD',
    fix: null,
  });
});
