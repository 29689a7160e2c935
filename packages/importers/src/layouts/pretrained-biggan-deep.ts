import { GanymedeError } from '@ganymede/core';
import { z } from 'zod';
import type { HostTensors } from '@ganymede/safetensors';
import type { F32Tensor } from './convert-weights.js';
import { permute } from './permute.js';
import { truncationStatisticsAt } from '@ganymede/runs';
import { WeightProblems } from './weight-problems.js';

/**
 * The layout in which BigGAN-deep's released weights are passed around for PyTorch (huggingface/pytorch-pretrained-
 * BigGAN: config.py, model.py): `config.json` and `pytorch_model.bin`. It differs from BigGAN-PyTorch's BigGANdeep.py in
 *
 * - spectral norm: `weight_orig` with the two vectors of a fixed sigma = u W v, instead of a power iteration per call;
 * - statistics: one row for each of `n_stats` truncations in [0, 1], interpolated, instead of one;
 * - the condition: [z, class embedding], instead of [class embedding, z];
 * - the first map, whose outputs are ordered position, channel;
 * - the output convolution, of which only the first three outputs are used;
 * - the epsilon of the output's batch norm, which is `eps` as everywhere else, instead of 1e-5.
 */
const configSchema = z.object({
  /** Per block: whether it upsamples, and widths of input and output in multiples of `channel_width`. */
  layers: z.array(z.tuple([z.boolean(), z.int().positive(), z.int().positive()])).min(1),
  /** Index among layers before which the attention stands. */
  attention_layer_position: z.int().nonnegative(),
  channel_width: z.int().positive(),
  class_embed_dim: z.int().positive(),
  z_dim: z.int().positive(),
  num_classes: z.int().positive(),
  n_stats: z.int().min(2),
  eps: z.number().positive(),
  output_dim: z.int().positive(),
});
export type PretrainedBigGanDeepConfig = z.output<typeof configSchema>;

/** Positions of the first map, 4x4. */
const positions = 16;

/** Whether a JSON file looks like the `config.json` of released weights. */
export function isPretrainedBigGanDeepConfig(json: unknown): boolean {
  return typeof json === 'object' && json !== null && 'attention_layer_position' in json;
}

/** Checks the contents of `config.json`. @throws BAD_WEIGHTS_CONFIG */
export function parsePretrainedBigGanDeepConfig(json: unknown): PretrainedBigGanDeepConfig {
  const result = configSchema.safeParse(json);
  if (result.success) return result.data;
  throw new GanymedeError(
    'BAD_WEIGHTS_CONFIG',
    `config.json of a pretrained BigGAN-deep: expected its fields, got ${z.prettifyError(result.error)}`,
    { kind: 'data' },
  );
}

/**
 * Released BigGAN-deep weights as a state dict of BigGANdeep.py without spectral norm, for one truncation: the
 * generator then gives the released model's images for z multiplied by that truncation. `importBigGanPyTorch` takes it
 * on, for a generator whose `batchNormEps` and `outputNormEps` are the config's `eps`.
 *
 * @param source - the tensors of `pytorch_model.bin`
 * @param truncation - in [0, 1]
 * @throws WEIGHTS_MISMATCH listing what does not fit the config, BAD_THRESHOLD
 */
export function convertPretrainedBigGanDeep(
  source: HostTensors,
  config: PretrainedBigGanDeepConfig,
  truncation: number,
): Record<string, F32Tensor> {
  const { weights, tables } = convert(source, config);
  return { ...weights, ...truncationStatisticsAt(tables, truncation) };
}

/**
 * The statistics of all truncations: [n_stats, C] for every `stored_mean` and `stored_var` of the state dict.
 * `truncationStatisticsAt` gives those of one.
 * @throws WEIGHTS_MISMATCH
 */
export function pretrainedBigGanDeepStatistics(
  source: HostTensors,
  config: PretrainedBigGanDeepConfig,
): Record<string, F32Tensor> {
  return convert(source, config).tables;
}

function convert(
  source: HostTensors,
  config: PretrainedBigGanDeepConfig,
): { readonly weights: Record<string, F32Tensor>; readonly tables: Record<string, F32Tensor> } {
  const reader = new ReleasedTensors(source, config);
  const { channel_width: channels, attention_layer_position: attention } = config;
  const weights: Record<string, F32Tensor> = {
    'shared.weight': reader.transposed('embeddings.weight', config.class_embed_dim, config.num_classes),
    ...reader.bottom(config.layers[0]![1] * channels),
  };
  config.layers.forEach(([, inputs, outputs], i) => {
    const theirs = `generator.layers.${i < attention ? i : i + 1}`;
    Object.assign(weights, reader.block(theirs, `blocks.${i}.0`, inputs * channels, outputs * channels));
    if (i + 1 === attention)
      Object.assign(
        weights,
        reader.attention(`generator.layers.${attention}`, `blocks.${i}.1`, outputs * channels),
      );
  });
  Object.assign(weights, reader.output(config.layers.at(-1)![2] * channels));
  reader.finish();
  return { weights, tables: reader.tables };
}

/** Takes tensors by name, and remembers which were missing, misshapen or never asked for. */
class ReleasedTensors {
  private readonly problems = new WeightProblems('pretrained BigGAN-deep weights');
  private readonly taken = new Set<string>();
  private readonly conditionSize: number;
  /** [n_stats, C] each, by the names of BigGANdeep.py; filled as blocks and the output are read. */
  readonly tables: Record<string, F32Tensor> = {};

  constructor(
    private readonly source: HostTensors,
    private readonly config: PretrainedBigGanDeepConfig,
  ) {
    this.conditionSize = config.z_dim + config.class_embed_dim;
  }

  /** @throws WEIGHTS_MISMATCH */
  finish(): void {
    for (const [name, { shape }] of Object.entries(this.source))
      if (!this.taken.has(name)) this.problems.unexpected.push(`${name} [${shape.join(', ')}]`);
    this.problems.throwIfAny();
  }

  transposed(name: string, rows: number, columns: number): F32Tensor {
    return f32([columns, rows], permute(this.take(name, [rows, columns]), [rows, columns], [1, 0]));
  }

  /** The linear layer to the first map, its outputs reordered from (position, channel) to (channel, position). */
  bottom(channels: number): Record<string, F32Tensor> {
    const inputs = this.conditionSize;
    const outputs = positions * channels;
    const weight = this.conditioned('generator.gen_z', outputs).data;
    const bias = this.take('generator.gen_z.bias', [outputs]);
    return {
      'linear.weight': f32([outputs, inputs], permute(weight, [positions, channels, inputs], [1, 0, 2])),
      'linear.bias': f32([outputs], permute(bias, [positions, channels], [1, 0])),
    };
  }

  block(theirs: string, ours: string, inputs: number, outputs: number): Record<string, F32Tensor> {
    const hidden = Math.floor(inputs / 4);
    const widths = [inputs, hidden, hidden, hidden, outputs];
    const result: Record<string, F32Tensor> = {};
    for (let i = 0; i < 4; i++) {
      const [from, to] = [widths[i]!, widths[i + 1]!];
      const size = i === 0 || i === 3 ? 1 : 3;
      result[`${ours}.conv${i + 1}.weight`] = this.normalized(`${theirs}.conv_${i}`, [to, from, size, size]);
      result[`${ours}.conv${i + 1}.bias`] = f32([to], this.take(`${theirs}.conv_${i}.bias`, [to]));
      result[`${ours}.bn${i + 1}.gain.weight`] = this.conditioned(`${theirs}.bn_${i}.scale`, from);
      result[`${ours}.bn${i + 1}.bias.weight`] = this.conditioned(`${theirs}.bn_${i}.offset`, from);
      this.statistics(`${theirs}.bn_${i}`, `${ours}.bn${i + 1}`, from);
    }
    return result;
  }

  attention(theirs: string, ours: string, channels: number): Record<string, F32Tensor> {
    const [key, value] = [Math.floor(channels / 8), Math.floor(channels / 2)];
    const parts = {
      theta: [key, channels],
      phi: [key, channels],
      g: [value, channels],
      o: [channels, value],
    };
    const result: Record<string, F32Tensor> = {
      [`${ours}.gamma`]: f32([], this.take(`${theirs}.gamma`, [1])),
    };
    for (const [part, sizes] of Object.entries(parts)) {
      const name = `${theirs}.snconv1x1_${part === 'o' ? 'o_conv' : part}`;
      result[`${ours}.${part}.weight`] = this.normalized(name, [...sizes, 1, 1]);
    }
    return result;
  }

  output(channels: number): Record<string, F32Tensor> {
    const all = this.config.channel_width;
    const weight = this.normalized('generator.conv_to_rgb', [all, channels, 3, 3]).data;
    this.statistics('generator.bn', 'output_layer.0', channels);
    return {
      'output_layer.0.gain': f32([channels], this.take('generator.bn.weight', [channels])),
      'output_layer.0.bias': f32([channels], this.take('generator.bn.bias', [channels])),
      'output_layer.2.weight': f32([3, channels, 3, 3], weight.slice(0, 3 * channels * 9)),
      'output_layer.2.bias': f32([3], this.take('generator.conv_to_rgb.bias', [all]).slice(0, 3)),
    };
  }

  /** A linear weight of the condition, its columns reordered from [z, embedding] to [embedding, z]. */
  private conditioned(name: string, outputs: number): F32Tensor {
    const columns = this.conditionSize;
    const { data } = this.normalized(name, [outputs, columns]);
    const reordered = new Float32Array(data.length);
    const { z_dim: latent, class_embed_dim: embedding } = this.config;
    for (let row = 0; row < outputs; row++) {
      reordered.set(data.subarray(row * columns + latent, (row + 1) * columns), row * columns);
      reordered.set(data.subarray(row * columns, row * columns + latent), row * columns + embedding);
    }
    return f32([outputs, columns], reordered);
  }

  /** A weight over its singular value u W v, as torch.nn.utils.spectral_norm has it in evaluation. */
  private normalized(name: string, shape: readonly number[]): F32Tensor {
    const outputs = shape[0]!;
    const columns = shape.slice(1).reduce((product, size) => product * size, 1);
    const weight = this.take(`${name}.weight_orig`, shape);
    const u = this.take(`${name}.weight_u`, [outputs]);
    const v = this.take(`${name}.weight_v`, [columns]);
    let sigma = 0;
    for (let row = 0; row < outputs; row++) {
      let dot = 0;
      for (let column = 0; column < columns; column++) dot += weight[row * columns + column]! * v[column]!;
      sigma += u[row]! * dot;
    }
    return f32(
      shape,
      weight.map((value) => value / sigma),
    );
  }

  /** The tables of one batch norm. */
  private statistics(theirs: string, ours: string, channels: number): void {
    const shape = [this.config.n_stats, channels];
    this.tables[`${ours}.stored_mean`] = f32(shape, this.take(`${theirs}.running_means`, shape));
    this.tables[`${ours}.stored_var`] = f32(shape, this.take(`${theirs}.running_vars`, shape));
  }

  private take(name: string, shape: readonly number[]): Float32Array {
    const tensor = Object.hasOwn(this.source, name) ? this.source[name] : undefined;
    this.taken.add(name);
    const wanted = `[${shape.join(', ')}]`;
    if (!tensor) this.problems.missing.push(`${name} ${wanted}`);
    else if (tensor.dtype !== 'F32' || tensor.shape.join() !== shape.join())
      this.problems.misshapen.push(
        `${name}: expected F32 ${wanted}, got ${tensor.dtype} [${tensor.shape.join(', ')}]`,
      );
    else return tensor.data;
    // Stands in until finish() throws.
    return new Float32Array(shape.reduce((product, size) => product * size, 1));
  }
}

function f32(shape: readonly number[], data: Float32Array): F32Tensor {
  return { dtype: 'F32', shape, data };
}
