import { readBytes } from '@ganymede/files';
import type { HostTensor } from '@ganymede/safetensors';
import { recordOf } from '@ganymede/core';
import { shown, torchDamaged, torchGlobalRefused, torchUnsupported } from './errors.js';
import { readStorageFile } from './legacy-torch-file.js';
import type { OpenTorchFile } from './open-torch-file.js';
import { PickleGlobal, unpickle, type PickleHandlers } from './pickle.js';
import { PickledObject } from './pickled-object.js';
import { readOpened, resolveTensors } from './read-torch-file.js';
import { tensorHandlers, TorchTensorView, type TorchStorage } from './tensors.js';

/** A network in a pickle: what its `state_dict()` would be. */
export interface PickledModule {
  /** Its Python class: module and name, or the name alone where the pickle carries the class's source. */
  readonly className: string;
  /** Parameters and buffers by dotted name, half precision as F32. */
  readonly tensors: Readonly<Record<string, HostTensor>>;
}

/** A dict of networks and numbers. */
export interface ModulePickle {
  readonly modules: Readonly<Record<string, PickledModule>>;
  readonly numbers: Readonly<Record<string, number>>;
}

const dtypes = ['float16', 'bfloat16', 'float32', 'float64', 'int32', 'int64', 'bool'];

/** Where the classes of PyTorch's own layers are, whatever network they are in. */
const torchLayers = /^torch\.nn\.modules(\.|$)/;

/** A module in a module a hundred deep is none. */
const deepest = 100;

/**
 * Reads a `.pkl` that StyleGAN3's training code and its descendants write: `pickle.dump` of a dict whose values are
 * `torch.nn.Module`s (`G`, `D`, `G_ema`), of plain classes or of ones that `torch_utils.persistence` saves with their
 * source. Nothing of it is run: an object becomes its attributes, source is skipped, and of those, parameters and buffers
 * are read. Whatever else the dict holds (the state of optimizers, options) is left out.
 *
 * @param isNetworkModule - whether a Python module may have classes of networks in it, e.g. `R3GAN.Networks`
 * @throws TORCH_GLOBAL_REFUSED naming a Python object of another kind that the pickle refers to; TORCH_FILE_DAMAGED;
 * TORCH_UNSUPPORTED where it is no such dict
 */
export function readModulePickle(
  path: string,
  isNetworkModule: (module: string) => boolean,
): Promise<ModulePickle> {
  return readOpened(path, async (handle) => {
    const { size } = await handle.stat();
    const bytes = await readBytes(handle, 0, size);
    const storages = new Map<string, Stored>();
    const handlers = moduleHandlers(path, storages, isNetworkModule);
    const { value } = unpickle(bytes, 0, path, handlers);
    if (!(value instanceof Map)) throw torchUnsupported(path, 'a dict of networks', shown(value));
    const entries = [...(value as Map<unknown, unknown>)].filter(
      (entry): entry is [string, unknown] => typeof entry[0] === 'string',
    );
    const networks = entries.filter(
      (entry): entry is [string, PickledObject] => entry[1] instanceof PickledObject,
    );
    if (networks.length === 0) throw torchUnsupported(path, 'a dict of networks', shown(value));
    const file: OpenTorchFile = {
      value: new Map(networks.map(([name, network]) => [name, tensorsOf(network, `${path}: ${name}`)])),
      storages: new Map([...storages].map(([key, { storage }]) => [key, storage])),
      readStorage: ({ key }) => Promise.resolve(storages.get(key)!.values),
    };
    const tensors = (await resolveTensors(file, path)) as Map<string, Map<string, HostTensor>>;
    const numbers = entries.filter((entry): entry is [string, number] => typeof entry[1] === 'number');
    return {
      modules: recordOf(
        networks.map(([name, { className }]): [string, PickledModule] => [
          name,
          { className, tensors: recordOf(tensors.get(name)!) },
        ]),
      ),
      numbers: recordOf(numbers),
    };
  });
}

interface Stored {
  readonly storage: TorchStorage;
  readonly values: Uint8Array;
}

function moduleHandlers(
  where: string,
  storages: Map<string, Stored>,
  isNetworkModule: (module: string) => boolean,
): PickleHandlers {
  const tensors = tensorHandlers(where, () => undefined);
  const refused = (name: string) => (): never => {
    throw torchGlobalRefused(where, name);
  };
  const globals = new Map<string, PickleGlobal>();
  const allow = (name: string, call: PickleGlobal['call']): unknown =>
    globals.set(name, new PickleGlobal(name, call));
  // Each storage is a file of its own, whose key is an address that another may have had before.
  allow('torch.storage._load_from_bytes', ([bytes]) => {
    if (!(bytes instanceof Uint8Array)) throw torchDamaged(where, 'the bytes of a storage', shown(bytes));
    const key = String(storages.size);
    const { storage, values } = readStorageFile(bytes, `${where}: storage ${key}`);
    const own = { ...storage, key };
    storages.set(key, { storage: own, values });
    return own;
  });
  allow('torch_utils.persistence._reconstruct_persistent_obj', ([meta]) => {
    const name: unknown = meta instanceof Map ? meta.get('class_name') : undefined;
    if (typeof name !== 'string') throw torchDamaged(where, 'a persistent object with a class', shown(meta));
    return new PickledObject(name, (meta as Map<string, unknown>).get('state'));
  });
  allow('dnnlib.util.EasyDict', refused('dnnlib.util.EasyDict'));
  for (const dtype of dtypes) allow(`torch.${dtype}`, refused(`torch.${dtype}`));
  return {
    resolveGlobal(module, name) {
      const global = `${module}.${name}`;
      const known = globals.get(global);
      if (known) return known;
      // A class may be named and made an object of; to call it is refused.
      if (torchLayers.test(module) || isNetworkModule(module))
        return new PickledClass(global, refused(global));
      return tensors.resolveGlobal(module, name);
    },
    persistentLoad: () => {
      throw torchUnsupported(where, 'tensors inside of the pickle', 'a reference out of it');
    },
    newObject(type) {
      const { name } = type;
      if (name === 'dnnlib.util.EasyDict' || name === 'collections.OrderedDict') return new Map();
      if (!(type instanceof PickledClass)) throw torchGlobalRefused(where, name);
      return new PickledObject(name);
    },
  };
}

class PickledClass extends PickleGlobal {}

/** The parameters and buffers of a module and of those inside it, in the order of `state_dict()`. */
function tensorsOf(root: PickledObject, where: string): Map<string, TorchTensorView> {
  const found = new Map<string, TorchTensorView>();
  const walk = ({ attributes }: PickledObject, prefix: string, depth: number): void => {
    if (depth > deepest || !(attributes instanceof Map))
      throw torchDamaged(where, 'a tree of modules with attributes', `none at ${prefix || 'its root'}`);
    const of = (name: string): [string, unknown][] => {
      const entries: unknown = attributes.get(name) ?? new Map();
      if (!(entries instanceof Map)) throw torchDamaged(where, `a dict ${prefix}${name}`, shown(entries));
      return [...entries].map(([key, value]: [unknown, unknown]) => [`${prefix}${String(key)}`, value]);
    };
    const skipped: unknown = attributes.get('_non_persistent_buffers_set') ?? [];
    const transient = new Set(
      Array.isArray(skipped) ? skipped.map((name) => `${prefix}${String(name)}`) : [],
    );
    for (const [name, tensor] of [...of('_parameters'), ...of('_buffers')]) {
      if (tensor === null || transient.has(name)) continue;
      if (!(tensor instanceof TorchTensorView)) throw torchDamaged(where, `a tensor ${name}`, shown(tensor));
      found.set(name, tensor);
    }
    for (const [name, module] of of('_modules')) {
      if (module === null) continue;
      if (!(module instanceof PickledObject)) throw torchDamaged(where, `a module ${name}`, shown(module));
      walk(module, `${name}.`, depth + 1);
    }
  };
  walk(root, '', 0);
  return found;
}
