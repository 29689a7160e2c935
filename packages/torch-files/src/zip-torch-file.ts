import type { FileHandle } from 'node:fs/promises';
import { ZipReader, zipFile } from '@ganymede/zip';
import { torchDamaged, torchUnsupported } from './errors.js';
import { unpickle } from './pickle.js';
import type { OpenTorchFile } from './open-torch-file.js';
import { tensorHandlers, type TorchStorage } from './tensors.js';

/** Weights hardly compress: a member that says it grows by more than this is made to fill the memory. */
const highestRatio = 100;

/**
 * The format of PyTorch 1.6 and later: a zip archive with `<prefix>/data.pkl`, one member `<prefix>/data/<key>` for
 * each storage, and `<prefix>/byteorder` (since 2.0; little before).
 */
export class ZipTorchFile implements OpenTorchFile {
  private constructor(
    private readonly zip: ZipReader,
    private readonly prefix: string,
    readonly value: unknown,
    readonly storages: ReadonlyMap<string, TorchStorage>,
  ) {}

  static async open(handle: FileHandle, path: string): Promise<ZipTorchFile> {
    const zip = await ZipReader.open(zipFile(handle), path, {
      problems: { damaged: torchDamaged, unsupported: torchUnsupported },
      highestRatio,
    });
    const pickle = [...zip.members.keys()].find((name) => /^[^/]*\/data\.pkl$/.test(name));
    if (pickle === undefined) throw torchUnsupported(path, 'an archive with a data.pkl', 'one without');
    const prefix = pickle.slice(0, -'/data.pkl'.length);
    if (zip.members.has(`${prefix}/constants.pkl`))
      throw torchUnsupported(path, 'a file of torch.save', 'a TorchScript archive (torch.jit.save)');
    if (zip.members.has(`${prefix}/byteorder`)) {
      const order = Buffer.from(await zip.read(`${prefix}/byteorder`)).toString('latin1');
      if (order !== 'little') throw torchUnsupported(path, 'little-endian values', `${order}-endian ones`);
    }
    const storages = new Map<string, TorchStorage>();
    const handlers = tensorHandlers(path, (storage) => storages.set(storage.key, storage));
    const { value } = unpickle(await zip.read(pickle), 0, path, handlers);
    return new ZipTorchFile(zip, prefix, value, storages);
  }

  readStorage(storage: TorchStorage): Promise<Uint8Array> {
    return this.zip.read(`${this.prefix}/data/${storage.key}`);
  }
}
