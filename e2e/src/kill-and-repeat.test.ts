import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { RandomStream } from '@ganymede/core';
import { isTemporaryName } from '@ganymede/files';
import { checkpointContent } from './checkpoint-content.js';
import type { ProgramResult } from './run-program.js';
import { appFolder, ganymede } from './workplace.js';

/** The long form is tools/kill-lab; its table is in docs/checkpoints.md. */
const kills = 3;
const at = (path: string): string => join(appFolder(), path);

async function succeed(args: readonly string[]): Promise<ProgramResult> {
  const result = await ganymede(args);
  expect({ code: result.code, stderr: result.code === 0 ? '' : result.stderr }).toEqual({
    code: 0,
    stderr: '',
  });
  return result;
}

const temporaries = (): string[] =>
  [appFolder(), at('runs')].flatMap((folder) => readdirSync(folder)).filter(isTemporaryName);

test('an export and an import that were killed are there whole or not at all, and can be repeated', async () => {
  const random = RandomStream.create(11, 'kill-and-repeat');
  for (const path of ['runs/killed-source', 'runs/killed-import', 'killed-weights'])
    rmSync(at(path), { recursive: true, force: true });
  await succeed(['train', '--config', 'tiny.yaml', '--run', 'runs/killed-source', '--backend', 'wasm']);
  const commands = [
    {
      args: ['export', 'runs/killed-source', '--to', 'safetensors', '--out', 'killed-weights'],
      made: 'killed-weights',
    },
    {
      args: ['import', 'killed-weights', '--out', 'runs/killed-import', '--backend', 'wasm'],
      made: 'runs/killed-import',
    },
  ];
  for (const { args, made } of commands) {
    const begun = performance.now();
    await succeed(args);
    const milliseconds = Math.round(performance.now() - begun);
    const files = (): string[] => readdirSync(at(made), { recursive: true, encoding: 'utf8' }).sort();
    const whole = files();
    for (let kill = 0; kill < kills; kill++) {
      rmSync(at(made), { recursive: true });
      await ganymede(args, { killAfterMs: 1 + random.nextInteger(milliseconds) });
      if (existsSync(at(made))) expect(files()).toEqual(whole);
      else await succeed(args);
      expect(files()).toEqual(whole);
    }
    expect(temporaries()).toEqual([]);
  }
  const content = (run: string): string =>
    checkpointContent(at(`${run}/checkpoints/00000004`))['generator.safetensors']!;
  expect(content('runs/killed-import')).toBe(content('runs/killed-source'));
});
