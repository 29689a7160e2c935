import { sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packageFolderOf } from './plugin-origin.js';

/** File, line and column of a frame of a stack; null where it is none, or one of Node itself. */
function placeOfFrame(line: string): string | null {
  const place = /(?:\(|at |async )((?:file:\/\/|\/|[A-Za-z]:\\)[^()]*:\d+:\d+)\)?$/.exec(line.trimEnd())?.[1];
  if (place === undefined) return null;
  if (!place.startsWith('file://')) return place;
  const [, url, position] = /^(.*?)((?::\d+)+)$/.exec(place)!;
  return fileURLToPath(url!) + position!;
}

/**
 * Where in a plugin an error was thrown, or went through first: `file:line:column`.
 * @param file - the plugin's entry; null for a plugin that came as an object, whose first frame outside of packages is meant
 * @returns null where no frame of the stack lies in the plugin
 */
export function placeIn(error: unknown, file: string | null): string | null {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  const places = stack.split('\n').flatMap((line) => placeOfFrame(line) ?? []);
  if (file === null) return places.find((place) => !place.includes(`${sep}node_modules${sep}`)) ?? null;
  const folder = packageFolderOf(file);
  const isOwn = (place: string): boolean =>
    place.startsWith(`${file}:`) ||
    (folder !== null &&
      place.startsWith(folder + sep) &&
      !place.slice(folder.length).includes(`${sep}node_modules${sep}`));
  return places.find(isOwn) ?? null;
}
