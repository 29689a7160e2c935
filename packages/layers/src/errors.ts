import { GanymedeError } from '@ganymede/core';

export const missingCondition = (layer: string): GanymedeError =>
  new GanymedeError('MISSING_CONDITION', `${layer}: expected ctx.condition [B, size], got none`);

export const attentionChannels = (channels: number): GanymedeError =>
  new GanymedeError('ATTENTION_CHANNELS', `self-attention: expected 8 or more channels, got ${channels}`, {
    hint: 'Raise the channels of the network or move attention to a resolution with more of them.',
  });

export const bottleneckGeneratorChannels = (inputs: number, outputs: number): GanymedeError =>
  new GanymedeError(
    'BOTTLENECK_CHANNELS',
    `bottleneck generator block: expected 4 or more inputs and no more outputs than inputs, got ${inputs} to ${outputs}`,
  );

export const bottleneckDiscriminatorChannels = (inputs: number, outputs: number): GanymedeError =>
  new GanymedeError(
    'BOTTLENECK_CHANNELS',
    `bottleneck discriminator block: expected 4 or more outputs and no fewer than inputs, got ${inputs} to ${outputs}`,
  );

export const spectralNormShape = (shape: readonly number[]): GanymedeError =>
  new GanymedeError(
    'SPECTRAL_NORM_SHAPE',
    `spectral norm: expected a weight [classes, size], got [${shape.join(', ')}]`,
  );

export const spectralNormOption = (option: string, expected: string, value: number): GanymedeError =>
  new GanymedeError('SPECTRAL_NORM_OPTION', `spectral norm: expected ${option} ${expected}, got ${value}`);

export const noiseShape = (expected: readonly number[], actual: readonly number[]): GanymedeError =>
  new GanymedeError(
    'NOISE_SHAPE',
    `dropout: expected ctx.noise [${expected.join(', ')}], got [${actual.join(', ')}]`,
    { hint: 'One uniform number in [0, 1) for each value that may be dropped.' },
  );

export const dropoutRate = (rate: number): GanymedeError =>
  new GanymedeError('DROPOUT_RATE', `dropout: expected a rate in [0, 1), got ${rate}`);
