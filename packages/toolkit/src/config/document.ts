import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { parse, YAMLParseError } from 'yaml';
import { badConfig, configNotFound } from '../errors.js';

/**
 * Reads a YAML or JSON file.
 * @throws CONFIG_NOT_FOUND, BAD_CONFIG with the line and column
 */
export async function readDocument(path: string): Promise<unknown> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw configNotFound(path, cause);
  });
  return parseDocument(text, path);
}

/** @param where - the file's name: its ending decides between JSON and YAML */
export function parseDocument(text: string, where: string): unknown {
  const isJson = extname(where).toLowerCase() === '.json';
  try {
    return (isJson ? JSON.parse(text) : parse(text)) as unknown;
  } catch (error) {
    const place =
      error instanceof YAMLParseError && error.linePos
        ? `:${error.linePos[0].line}:${error.linePos[0].col}`
        : '';
    // yaml repeats the source below the first line.
    const [reason] = (error as Error).message.split('\n');
    throw badConfig(`${where}${place}`, isJson ? 'JSON' : 'YAML', reason!.replace(/:$/, ''));
  }
}
