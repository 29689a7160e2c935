import { recordOf } from '@ganymede/core';
import type { HostTensors } from '@ganymede/safetensors';

/** Modules of BigGAN.py, BigGANdeep.py and layers.py in the order in which their parents register them. */
const modules = [
  ...['shared', 'input_conv', 'theta', 'phi', 'g', 'o'],
  ...['conv1', 'conv2', 'conv3', 'conv4', 'conv_sc', 'bn1', 'bn2', 'bn3', 'bn4', 'gain', 'bias'],
];
/** What a module holds itself, which comes before its children: parameters, then buffers. */
const own = ['weight', 'gain', 'gamma', 'bias', 'stored_mean', 'stored_var'];

/**
 * The tensors of a BigGAN-PyTorch state dict in the order of its modules, which is the order that an optimizer numbers
 * its parameters in. `torch.save` keeps it; safetensors and our checkpoints, sorted by name, do not.
 */
export function inModuleOrder<T extends HostTensors>(stateDict: T): T {
  const last = Object.hasOwn(stateDict, 'embed.weight')
    ? ['blocks', 'linear', 'embed'] // D
    : ['linear', 'blocks', 'output_layer']; // G
  const order = [...modules, ...last];
  const keyOf = (name: string): readonly number[] => {
    const segments = name.split('.');
    return segments.map((segment, i) => {
      if (i < segments.length - 1)
        return 1000 + (/^\d+$/.test(segment) ? Number(segment) : order.indexOf(segment));
      const vector = /^(u|sv)(\d+)$/.exec(segment);
      return vector ? own.length + 2 * Number(vector[2]) + (vector[1] === 'u' ? 0 : 1) : own.indexOf(segment);
    });
  };
  const keyed = Object.entries(stateDict).map((entry) => ({ entry, key: keyOf(entry[0]) }));
  keyed.sort((a, b) => {
    const at = a.key.findIndex((rank, i) => rank !== b.key[i]);
    return at < 0 ? 0 : a.key[at]! - (b.key[at] ?? -1);
  });
  return recordOf(keyed.map(({ entry }) => entry)) as T;
}
