import { GanymedeError } from '@ganymede/core';

/** The file is not what its format says: cut short, flipped bits, or made up. */
export function torchDamaged(where: string, expected: string, got: string, cause?: unknown): GanymedeError {
  return new GanymedeError('TORCH_FILE_DAMAGED', `${where}: expected ${expected}, got ${got}`, {
    kind: 'data',
    hint: 'Copy or download the file again. If PyTorch itself loads it, save it anew with torch.save(state_dict, path).',
    cause,
  });
}

/** The file is whole, but holds something that is no state dict, or a format that is not read. */
export function torchUnsupported(where: string, expected: string, got: string): GanymedeError {
  return new GanymedeError('TORCH_UNSUPPORTED', `${where}: expected ${expected}, got ${got}`, {
    kind: 'data',
    hint: 'Save the state dict alone in PyTorch: torch.save(model.state_dict(), path).',
  });
}

/** A pickle names Python code. Nothing of it was run. */
export function torchGlobalRefused(where: string, global: string): GanymedeError {
  return new GanymedeError(
    'TORCH_GLOBAL_REFUSED',
    `${where}: expected only what rebuilds tensors, got a reference to the Python object ${global}`,
    {
      kind: 'data',
      hint: 'A pickle can run any code, so only state dicts are read. Save one: torch.save(model.state_dict(), path).',
    },
  );
}
