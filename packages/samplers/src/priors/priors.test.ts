import { RandomStream } from '@ganymede/core';
import {
  bernoulliOf,
  censoredNormalOf,
  componentContract,
  expectDistribution,
  fromComponent,
  normalOf,
  priorContract,
  uniformOf,
} from '@ganymede/testing';
import { bernoulli } from './bernoulli.js';
import { censoredNormal } from './censored-normal.js';
import { normal } from './normal.js';
import { uniform } from './uniform.js';

const priors = [
  { definition: normal, distribution: normalOf() },
  { definition: uniform, distribution: uniformOf(-1, 1) },
  { definition: bernoulli, distribution: bernoulliOf(0.5) },
  { definition: censoredNormal, distribution: censoredNormalOf() },
];
for (const { definition, distribution } of priors) {
  componentContract(definition);
  priorContract(fromComponent(definition), { distribution });
}

test('one prior under the name of another is found out', () => {
  for (const { definition } of priors) {
    const sample = fromComponent(definition).create().sample(2000, 8, RandomStream.create(11, 'latent'));
    for (const other of priors)
      if (other.definition !== definition)
        expect(() => expectDistribution(sample, other.distribution)).toThrow(/expected a distance below/);
  }
});

test('the normal prior takes from the stream as the stream gives, so that batches can be split', () => {
  const prior = fromComponent(normal).create();
  const whole = prior.sample(4, 8, RandomStream.create(1, 'z'));
  const random = RandomStream.create(1, 'z');
  const halves = [...prior.sample(2, 8, random), ...prior.sample(2, 8, random)];
  expect(Array.from(whole)).toEqual(halves);
});

test('values: bits, half-open intervals, nothing below zero', () => {
  const draw = (definition: (typeof priors)[number]['definition']): Float32Array =>
    fromComponent(definition).create().sample(2000, 8, RandomStream.create(11, 'latent'));
  expect(new Set(draw(bernoulli))).toEqual(new Set([0, 1]));
  expect(draw(uniform).every((value) => value >= -1 && value < 1)).toBe(true);
  expect(draw(censoredNormal).every((value) => value >= 0)).toBe(true);
});
