import { GanymedeError } from '@ganymede/core';

export const missingCondition = (layer: string): GanymedeError =>
  new GanymedeError('MISSING_CONDITION', `${layer}: expected ctx.condition [B, size], got none`, {
    kind: 'failed',
  });

export const attentionChannels = (channels: number): GanymedeError =>
  new GanymedeError('ATTENTION_CHANNELS', `self-attention: expected 8 or more channels, got ${channels}`, {
    kind: 'usage',
    hint: 'Raise the channels of the network or move attention to a resolution with more of them.',
  });

export const bottleneckGeneratorChannels = (inputs: number, outputs: number): GanymedeError =>
  new GanymedeError(
    'BOTTLENECK_CHANNELS',
    `bottleneck generator block: expected 4 or more inputs and no more outputs than inputs, got ${inputs} to ${outputs}`,
    { kind: 'usage' },
  );

export const bottleneckDiscriminatorChannels = (inputs: number, outputs: number): GanymedeError =>
  new GanymedeError(
    'BOTTLENECK_CHANNELS',
    `bottleneck discriminator block: expected 4 or more outputs and no fewer than inputs, got ${inputs} to ${outputs}`,
    { kind: 'usage' },
  );

export const excitationSize = (grid: readonly number[], shape: readonly number[]): GanymedeError =>
  new GanymedeError(
    'EXCITATION_SIZE',
    `skip-layer excitation: expected a low map whose sides are 2^n times ${grid.join('x')}, got [${shape.join(', ')}]`,
    { kind: 'failed' },
  );

export const spectralNormShape = (shape: readonly number[]): GanymedeError =>
  new GanymedeError(
    'SPECTRAL_NORM_SHAPE',
    `spectral norm: expected a weight [classes, size], got [${shape.join(', ')}]`,
    { kind: 'failed' },
  );

export const spectralNormOption = (option: string, expected: string, value: number): GanymedeError =>
  new GanymedeError('BAD_OPTION', `spectral norm: expected ${option} ${expected}, got ${value}`, {
    kind: 'usage',
  });

export const noiseShape = (expected: readonly number[], actual: readonly number[]): GanymedeError =>
  new GanymedeError(
    'NOISE_SHAPE',
    `dropout: expected ctx.noise [${expected.join(', ')}], got [${actual.join(', ')}]`,
    { kind: 'failed', hint: 'One uniform number in [0, 1) for each value that may be dropped.' },
  );

export const dropoutRate = (rate: number): GanymedeError =>
  new GanymedeError('BAD_OPTION', `dropout: expected a rate in [0, 1), got ${rate}`, { kind: 'usage' });
