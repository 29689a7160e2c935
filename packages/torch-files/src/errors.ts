import { GanymedeError } from '@ganymede/core';

/** The file is not what its format says: cut short, flipped bits, or made up. */
export function torchDamaged(where: string, expected: string, got: string, cause?: unknown): GanymedeError {
  return new GanymedeError('TORCH_FILE_DAMAGED', `${where}: expected ${expected}, got ${got}`, {
    kind: 'data',
    hint: 'Copy or download the file again. If PyTorch itself loads it, save it anew with torch.save(state_dict, path).',
    cause,
  });
}

/** A value of a pickle in an error: short, and never walked into, since lists can hold themselves many times over. */
export function shown(value: unknown): string {
  if (value === null) return 'None';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (value instanceof Map) return `a dict of ${value.size}`;
  const isWord = ['string', 'number', 'bigint', 'boolean'].includes(typeof value);
  return isWord ? `the ${typeof value} ${String(value as string | number).slice(0, 40)}` : 'an object';
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
