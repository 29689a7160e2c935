import { parseJson } from '@ganymede/core';
import { isProblem, tryReadFile } from '@ganymede/files';
import { extname } from 'node:path';
import { parseDocument as parseYamlDocument } from 'yaml';
import { badConfig, configNotRead } from './errors.js';
import { expectPlainDocument } from './outside-document.js';

/**
 * Reads a YAML or JSON file.
 * @throws CONFIG_NOT_FOUND, CANNOT_READ, BAD_CONFIG with the line and column
 */
export async function readDocument(path: string): Promise<unknown> {
  return parseDocument(textOf(await readBytes(path), path), path);
}

/** Whether a config file is a program, by its ending. */
export function isProgram(path: string): boolean {
  return /\.[cm]?[jt]s$/.test(path);
}

/** @throws CONFIG_NOT_FOUND, CANNOT_READ */
export async function readBytes(path: string): Promise<Uint8Array> {
  const bytes = await tryReadFile(path);
  if (isProblem(bytes)) throw configNotRead(path, bytes.problem);
  return bytes;
}

/** Other encodings read as UTF-8 give other words, and an error about those. */
function textOf(bytes: Uint8Array, where: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw badConfig(where, 'text in UTF-8', 'bytes that are none: save the file as UTF-8');
  }
}

/**
 * @param where - the file's name: its ending decides between JSON and YAML
 * @throws BAD_CONFIG for what is no JSON or YAML, and for keys that no option can have
 */
export function parseDocument(text: string, where: string): unknown {
  const value =
    extname(where).toLowerCase() === '.json'
      ? parseJson(text, (got) => badConfig(where, 'JSON', got))
      : parseYaml(text, (reason, place) => badConfig(`${where}${place}`, 'YAML', reason));
  expectPlainDocument(value, where);
  return value;
}

/**
 * YAML without aliases that hold themselves; a tag or a directive that means nothing here is as wrong as a bracket that
 * is missing. Also of a flag's value.
 * @param refused - makes the error from the reason and, where it is known, `:line:column`
 */
export function parseYaml(text: string, refused: (reason: string, place: string) => Error): unknown {
  try {
    const document = parseYamlDocument(text, { logLevel: 'error' });
    const [problem] = [...document.errors, ...document.warnings];
    if (problem) {
      const place = problem.linePos ? `:${problem.linePos[0].line}:${problem.linePos[0].col}` : '';
      // yaml repeats the source below the first line.
      throw refused(problem.message.split('\n')[0]!.replace(/:$/, ''), place);
    }
    return document.toJS() as unknown;
  } catch (error) {
    // Brackets that are nested deeper than the parser's stack, and aliases whose copies would fill the memory.
    if (error instanceof RangeError) throw refused('nesting without end', '');
    if (error instanceof ReferenceError) throw refused(error.message, '');
    throw error;
  }
}
