import type { Caution, Dataset } from '@ganymede/core';

/** What opening sets had to tell, beside the numbers that were measured on them. */
export function datasetRemarks(opened: readonly Dataset[], numbers: readonly string[]): readonly Caution[] {
  return opened.flatMap(({ name, length, report: { skipped, notes = [] } }) => {
    const [first] = skipped;
    const texts = [
      ...notes,
      ...(first
        ? [
            `${skipped.length} of ${length + skipped.length} files were left out, the first is ${first.file}, which ${first.reason}`,
          ]
        : []),
    ];
    return texts.map((text) => ({ code: 'data-remark', numbers, text: `${name}: ${text}` }));
  });
}
