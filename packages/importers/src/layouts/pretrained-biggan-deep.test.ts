import { RandomStream } from '@ganymede/core';
import type { HostTensor } from '@ganymede/safetensors';
import { importBigGanPyTorch } from './biggan-pytorch.js';
import {
  convertPretrainedBigGanDeep,
  parsePretrainedBigGanDeepConfig,
  pretrainedBigGanDeepStatistics,
  type PretrainedBigGanDeepConfig,
} from './pretrained-biggan-deep.js';
import { truncationStatisticsAt } from '@ganymede/runs';

const config: PretrainedBigGanDeepConfig = parsePretrainedBigGanDeepConfig({
  layers: [
    [false, 2, 2],
    [true, 2, 1],
  ],
  attention_layer_position: 1,
  channel_width: 8,
  class_embed_dim: 3,
  z_dim: 2,
  num_classes: 4,
  n_stats: 11,
  eps: 1e-4,
  output_dim: 16,
});

/** Random weights with the names and shapes of the released model's state_dict. */
function released(): Record<string, HostTensor & { dtype: 'F32' }> {
  const random = RandomStream.create(1, 'released');
  const source: Record<string, HostTensor & { dtype: 'F32' }> = {};
  const add = (name: string, ...shape: number[]): void => {
    const length = shape.reduce((product, size) => product * size, 1);
    source[name] = { dtype: 'F32', shape, data: random.normals(length) };
  };
  const spectral = (name: string, outputs: number, ...rest: number[]): void => {
    add(`${name}.weight_orig`, outputs, ...rest);
    add(`${name}.weight_u`, outputs);
    add(
      `${name}.weight_v`,
      rest.reduce((product, size) => product * size, 1),
    );
  };
  const block = (name: string, widths: number[]): void => {
    for (let i = 0; i < 4; i++) {
      const [inputs, outputs] = [widths[i]!, widths[i + 1]!];
      add(`${name}.bn_${i}.running_means`, 11, inputs);
      add(`${name}.bn_${i}.running_vars`, 11, inputs);
      spectral(`${name}.bn_${i}.scale`, inputs, 5);
      spectral(`${name}.bn_${i}.offset`, inputs, 5);
      const size = i === 0 || i === 3 ? 1 : 3;
      spectral(`${name}.conv_${i}`, outputs, inputs, size, size);
      add(`${name}.conv_${i}.bias`, outputs);
    }
  };
  add('embeddings.weight', 3, 4);
  spectral('generator.gen_z', 16 * 16, 5);
  add('generator.gen_z.bias', 16 * 16);
  block('generator.layers.0', [16, 4, 4, 4, 16]);
  for (const [part, outputs, inputs] of [
    ['theta', 2, 16],
    ['phi', 2, 16],
    ['g', 8, 16],
    ['o_conv', 16, 8],
  ] as const)
    spectral(`generator.layers.1.snconv1x1_${part}`, outputs, inputs, 1, 1);
  add('generator.layers.1.gamma', 1);
  block('generator.layers.2', [16, 4, 4, 4, 8]);
  add('generator.bn.weight', 8);
  add('generator.bn.bias', 8);
  add('generator.bn.running_means', 11, 8);
  add('generator.bn.running_vars', 11, 8);
  spectral('generator.conv_to_rgb', 8, 8, 3, 3);
  add('generator.conv_to_rgb.bias', 8);
  return source;
}

const source = released();
const at = (name: string, index: number): number => source[name]!.data[index]!;

/** u W v, by its definition. */
function sigma(name: string): number {
  const [u, v] = [source[`${name}.weight_u`]!.data, source[`${name}.weight_v`]!.data];
  let sum = 0;
  u.forEach((row, i) =>
    v.forEach((column, j) => (sum += row * column * at(`${name}.weight_orig`, i * v.length + j))),
  );
  return sum;
}

describe('released BigGAN-deep weights', () => {
  const converted = convertPretrainedBigGanDeep(source, config, 0.5);

  it('divides by the stored singular value', () => {
    const name = 'generator.layers.2.conv_1';
    expect(converted['blocks.1.0.conv2.weight']!.shape).toEqual([4, 4, 3, 3]);
    expect(converted['blocks.1.0.conv2.weight']!.data[17]).toBeCloseTo(
      at(`${name}.weight_orig`, 17) / sigma(name),
      4,
    );
  });

  it('turns [z, embedding] into [embedding, z] wherever the condition comes in', () => {
    const name = 'generator.layers.0.bn_2.scale';
    const gain = converted['blocks.0.0.bn3.gain.weight']!;
    expect(gain.shape).toEqual([4, 5]);
    [2, 3, 4, 0, 1].forEach((column, i) =>
      expect(gain.data[5 + i]).toBeCloseTo(at(`${name}.weight_orig`, 5 + column) / sigma(name), 4),
    );
  });

  it('reorders the outputs of the first layer', () => {
    // Position 3, channel 7 there is output 3 * 16 + 7; here 7 * 16 + 3.
    expect(converted['linear.bias']!.data[7 * 16 + 3]).toBe(at('generator.gen_z.bias', 3 * 16 + 7));
    expect(converted['linear.weight']!.data[(7 * 16 + 3) * 5]).toBeCloseTo(
      at('generator.gen_z.weight_orig', (3 * 16 + 7) * 5 + 2) / sigma('generator.gen_z'),
      4,
    );
  });

  it('keeps three outputs, and the class embedding by rows', () => {
    expect(converted['output_layer.2.weight']!.shape).toEqual([3, 8, 3, 3]);
    expect(converted['output_layer.2.bias']!.data).toEqual(
      source['generator.conv_to_rgb.bias']!.data.slice(0, 3),
    );
    expect(converted['shared.weight']!.shape).toEqual([4, 3]);
    expect(converted['shared.weight']!.data[1]).toBe(at('embeddings.weight', 4));
    expect(converted['output_layer.0.stored_var']!.data[0]).toBe(at('generator.bn.running_vars', 5 * 8));
    expect(converted['blocks.0.1.gamma']!.shape).toEqual([]);
  });

  it.each([
    [0, [0, 1]],
    [0.25, [2, 0.5]],
    [0.72, [7, 0.2]],
    [1, [10, 1]],
  ] as const)('takes the statistics of truncation %s', (truncation, [row, lowerShare]) => {
    const mean = convertPretrainedBigGanDeep(source, config, truncation)['blocks.0.0.bn1.stored_mean']!
      .data[4]!;
    const table = 'generator.layers.0.bn_0.running_means';
    const upper = row === 10 ? 0 : at(table, (row + 1) * 16 + 4);
    expect(mean).toBeCloseTo(at(table, row * 16 + 4) * lowerShare + upper * (1 - lowerShare), 5);
  });

  it('has the statistics of all truncations', () => {
    const tables = pretrainedBigGanDeepStatistics(source, config);
    expect(tables['blocks.1.0.bn3.stored_var']!.data).toEqual(
      source['generator.layers.2.bn_2.running_vars']!.data,
    );
    expect(truncationStatisticsAt(tables, 0.3)['output_layer.0.stored_mean']).toEqual(
      convertPretrainedBigGanDeep(source, config, 0.3)['output_layer.0.stored_mean'],
    );
    expect(Object.keys(tables).length).toBe(2 * (2 * 4 + 1));
  });

  it('is what the BigGAN-PyTorch importer takes', () => {
    const target = { 'linear.weight': [5, 256], 'blocks.0.0.conv2.weight': [3, 3, 4, 4] };
    // The target is not whole; what is listed as unexpected are the others, and neither of these is misshapen.
    expect(() => importBigGanPyTorch(converted, target)).toThrow(/got \d+ unexpected\n/);
  });

  it('lists what does not fit', () => {
    const { 'generator.bn.bias': _, ...rest } = source;
    const broken: Record<string, HostTensor> = { ...rest, extra: source['generator.bn.bias']! };
    broken['embeddings.weight'] = source['generator.bn.weight']!;
    expect(() => convertPretrainedBigGanDeep(broken, config, 1)).toThrow(
      expect.objectContaining({
        code: 'WEIGHTS_MISMATCH',
        message: expect.stringMatching(
          /1 missing, 1 unexpected, 1 of another shape[^]*generator\.bn\.bias \[8\][^]*extra \[8\][^]*embeddings\.weight: expected F32 \[3, 4\], got F32 \[8\]/,
        ),
      }),
    );
    expect(() => convertPretrainedBigGanDeep(source, config, 1.5)).toThrow(
      /expected a number in \[0, 1\], got 1\.5/,
    );
    expect(() => parsePretrainedBigGanDeepConfig({ layers: [] })).toThrow(
      expect.objectContaining({ code: 'BAD_WEIGHTS_CONFIG' }),
    );
  });
});
