import { GanymedeError, isGanymedeError, type ErrorKind } from '@ganymede/core';
import type { PlainError } from './plain-error.js';

export function badRequest(what: string, expected: string, got: string): GanymedeError {
  return new GanymedeError('BAD_REQUEST', `${what}: expected ${expected}, got ${got}`, { kind: 'usage' });
}

export function generatorIncompatible(where: string, expected: string, got: string): GanymedeError {
  return new GanymedeError('GENERATOR_INCOMPATIBLE', `${where}: expected ${expected}, got ${got}`, {
    kind: 'data',
    hint: 'Use the version of @ganymede/browser that belongs to the export, or export the run again.',
  });
}

export function generatorNotFound(address: string, got: string, cause?: unknown): GanymedeError {
  return new GanymedeError(
    'GENERATOR_NOT_FOUND',
    `${address}: expected a file of an exported generator, got ${got}`,
    {
      kind: 'missing',
      hint: 'A page that is opened as a file cannot load others: serve the folder, for example with `npx serve`.',
      cause,
    },
  );
}

export function noBackend(wanted: readonly string[], reasons: readonly string[]): GanymedeError {
  return new GanymedeError(
    'NO_BROWSER_BACKEND',
    `backend: expected one of ${wanted.join(', ')} to start, got none (${reasons.join('; ')})`,
    { kind: 'missing' },
  );
}

export function toPlainError(error: unknown): PlainError {
  if (isGanymedeError(error)) {
    const { name, message, code, kind, hint } = error;
    return { name, message, code, kind, hint };
  }
  if (error instanceof Error || error instanceof DOMException)
    return { name: error.name, message: error.message };
  return { name: 'Error', message: String(error) };
}

export function fromPlainError({ name, message, code, kind, hint }: PlainError): Error {
  if (code !== undefined && kind !== undefined)
    return new GanymedeError(code, message, { kind: kind as ErrorKind, ...(hint !== undefined && { hint }) });
  return name === 'AbortError' ? new DOMException(message, name) : new Error(message);
}
