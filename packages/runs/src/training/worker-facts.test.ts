import type { ResolvedConfig } from '@ganymede/config';
import type { ComponentManifest } from '@ganymede/core';
import { factsOfRecipe } from './worker-facts.js';

const manifest = (hash: string): ComponentManifest => ({
  toolkit: '1.0.0',
  plugins: Array.from({ length: 5 }, (_, i) => ({
    name: `plugin-${i}`,
    version: '1.0.0',
    hash: i === 4 ? hash : 'a'.repeat(64),
  })) as unknown as ComponentManifest['plugins'],
  replaced: [],
});

const config = (last: number): ResolvedConfig =>
  ({
    seed: 1,
    regularizers: [
      ...Array.from({ length: 10 }, () => ({ use: 'orthogonal', weight: 1 })),
      { use: 'r1', weight: last },
    ],
  }) as unknown as ResolvedConfig;

test('a difference at the end of what is too long to be shown is one', () => {
  const own = factsOfRecipe(config(1), manifest('b'));
  expect(factsOfRecipe(config(1), manifest('b'))).toEqual(own);
  const others = factsOfRecipe(config(2), manifest('c'));
  const differing = Object.keys(own).filter((name) => own[name] !== others[name]);
  expect(differing).toEqual(['plugins', 'config regularizers']);
  for (const text of Object.values(own)) expect(text.length).toBeLessThan(230);
});

test('what a machine has for itself is not compared', () => {
  const one = { ...config(1), backend: { use: 'tensorflow' }, name: 'a' } as ResolvedConfig;
  expect(factsOfRecipe(one, manifest('b'))).toEqual(factsOfRecipe(config(1), manifest('b')));
});
