import type { SelectedImages } from '@ganymede/toolkit';
import { alignedLines } from './aligned-lines.js';
import { formatNumber, shownPath } from './format.js';

/** What a selection keeps of each class, for people, and where its list lies. */
export function selectionLines({ path, selection }: SelectedImages): readonly string[] {
  const { groups, indices, data } = selection;
  const rows = groups.map(({ class: name, images, kept, threshold }) => [
    name,
    String(images),
    String(kept),
    threshold === null ? '' : formatNumber(threshold),
  ]);
  return [
    ...alignedLines(['class', 'images', 'kept', 'above'], rows),
    `wrote ${shownPath(path)}: ${indices.length} of ${data.images} images`,
  ];
}
