import { GanymedeError, recordOf } from '@ganymede/core';
import type { HostTensor, HostTensors } from '@ganymede/safetensors';
import {
  convertWeights,
  exportWeights,
  importWeights,
  type F32Tensor,
  type TargetShapes,
  type WeightFormat,
} from './convert-weights.js';
import { inModuleOrder } from './module-order.js';

/**
 * State dicts of BigGAN-PyTorch (ajbrock/BigGAN-PyTorch: BigGAN.py, BigGANdeep.py, layers.py). Names of layers are the
 * same here; running statistics are `stored_mean` and `stored_var` there, behind a `bn.` with its two other kinds
 * of batch norm (myBN, and SyncBN with `running_mean`, `running_var`).
 */
export type BigGanNetwork = 'generator' | 'discriminator';

/** Which network a state dict is of: only the discriminator has a class projection `embed`. @throws NOT_BIGGAN */
export function bigganNetworkOf(source: HostTensors): BigGanNetwork {
  const names = Object.keys(withoutPrefix(source));
  if (names.includes('embed.weight') && names.includes('linear.weight')) return 'discriminator';
  if (names.includes('output_layer.2.weight') && names.includes('linear.weight')) return 'generator';
  throw new GanymedeError(
    'NOT_BIGGAN',
    `BigGAN-PyTorch weights: expected linear.weight and output_layer.2.weight (G) or embed.weight (D), got ${names.slice(0, 6).join(', ') || 'nothing'}`,
    { kind: 'data', hint: 'Give G.pth, G_ema.pth or D.pth of BigGAN-PyTorch.' },
  );
}

/**
 * A state dict of BigGAN-PyTorch as the variables of a network here. Standing statistics of the target are left
 * alone. Where the file holds standing sums (its accumulation counter is above zero), they become the running statistics.
 *
 * @param target - shapes of the network's weights and state by name
 * @throws NOT_BIGGAN, WEIGHTS_MISMATCH listing every name that does not fit
 */
export function importBigGanPyTorch(source: HostTensors, target: TargetShapes): Record<string, F32Tensor> {
  const network = bigganNetworkOf(source);
  const format = bigganPyTorchFormat(network, Object.hasOwn(target, 'shared.weight'));
  return importWeights(averagedStandingSums(withoutPrefix(source)), target, format);
}

/**
 * A state dict of BigGAN-PyTorch in the names and layouts that networks have here, with no network to compare with.
 * @throws NOT_BIGGAN, WEIGHTS_MISMATCH
 */
export function convertBigGanPyTorch(source: HostTensors): Record<string, F32Tensor> {
  const plain = withoutPrefix(source);
  const format = bigganPyTorchFormat(bigganNetworkOf(plain), Object.hasOwn(plain, 'shared.weight'));
  return convertWeights(averagedStandingSums(plain), format);
}

/**
 * The variables of a network here as a state dict that BigGAN-PyTorch loads (see `writeTorchFile`).
 * @param source - weights and state by name
 * @throws NOT_BIGGAN, WEIGHTS_MISMATCH
 */
export function exportBigGanPyTorch(source: HostTensors): Record<string, F32Tensor> {
  const network = bigganNetworkOf(source);
  const format = bigganPyTorchFormat(network, Object.hasOwn(source, 'shared.weight'));
  return inModuleOrder(exportWeights(source, format));
}

/** @param sharedEmbedding - whether gains and biases are linear in a shared embedding, or embeddings themselves */
export function bigganPyTorchFormat(network: BigGanNetwork, sharedEmbedding: boolean): WeightFormat {
  return {
    name: 'BigGAN-PyTorch',
    rename(theirs) {
      if (/\.(accumulation_counter|num_batches_tracked)$/.test(theirs)) return null;
      return theirs
        .replace(/\.(bn\.)?(stored|running)_mean$/, '.mean')
        .replace(/\.(bn\.)?(stored|running)_var$/, '.variance');
    },
    nameOf(ours) {
      if (/\.standing(Mean|Variance|Count)$/.test(ours)) return null;
      return ours.replace(/\.mean$/, '.stored_mean').replace(/\.variance$/, '.stored_var');
    },
    layoutOf(ours, rank) {
      if (rank === 4) return 'convolution';
      if (network === 'generator' && ours === 'linear.weight') return 'bottomWeight';
      if (network === 'generator' && /^linear\.(bias|u\d+)$/.test(ours)) return 'bottomVector';
      if (rank !== 2 || !ours.endsWith('.weight')) return 'same';
      if (ours === 'shared.weight' || ours === 'embed.weight') return 'same';
      return sharedEmbedding || network === 'discriminator' ? 'linear' : 'same';
    },
  };
}

/** Without the prefix that torch.nn.DataParallel puts before every name. */
export function withoutPrefix(source: HostTensors): HostTensors {
  const entries = Object.entries(source);
  if (!entries.every(([name]) => name.startsWith('module.'))) return source;
  return recordOf(entries.map(([name, tensor]) => [name.slice('module.'.length), tensor]));
}

function averagedStandingSums(source: HostTensors): HostTensors {
  return recordOf(
    Object.entries(source).map(([name, tensor]): [string, HostTensor] => {
      const layer = /^(.*)\.stored_(mean|var)$/.exec(name)?.[1];
      const counter = layer === undefined ? undefined : source[`${layer}.accumulation_counter`];
      const batches = Number(counter?.data[0] ?? 0);
      if (batches <= 0 || tensor.dtype !== 'F32') return [name, tensor];
      return [name, { ...tensor, data: tensor.data.map((sum) => sum / batches) }];
    }),
  );
}
