/**
 * What a file is that is not of the kind that was expected, where that is told by its first bytes and happens to files
 * of every kind: downloads that failed, copies that were not finished. A noun with its article.
 * @param head - the first bytes, a few hundred or more; all of them where the file is shorter
 */
export function describeContent(head: Uint8Array): string | null {
  if (head.length === 0) return 'an empty file';
  if (head.every((byte) => byte === 0)) return 'only zeros, as copies hold that were not finished';
  const text = Buffer.from(head.subarray(0, 512))
    .toString('latin1')
    .replace(/^\xef\xbb\xbf/, '')
    .trimStart();
  if (text.startsWith('version https://git-lfs.github.com'))
    return 'a Git LFS pointer, whose content `git lfs pull` fetches';
  if (/^<(!doctype html|html|head|body|!--)/i.test(text)) return 'a web page';
  if (/^<\?xml|^<[a-z]/i.test(text)) return 'an XML text';
  return null;
}
