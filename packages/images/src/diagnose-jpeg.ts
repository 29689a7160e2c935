const startOfScan = 0xda;
const endOfImage = 0xd9;

/** Markers that stand alone, without a length behind them: restarts, TEM, start of the image. */
const standsAlone = (marker: number): boolean => (marker >= 0xd0 && marker <= 0xd8) || marker === 0x01;

/** What is wrong with a JPEG, by its markers; null where they are whole. */
export function diagnoseJpeg(bytes: Buffer): string | null {
  const cutOff = `is cut off: it ends after ${bytes.length} bytes, before its image does`;
  let sawFrame = false;
  for (let at = 2; ;) {
    if (at + 2 > bytes.length) return cutOff;
    if (bytes[at] !== 0xff) return `is damaged at byte ${at}: no part of a JPEG begins there`;
    const marker = bytes[at + 1]!;
    if (marker === 0xff) {
      at++;
      continue;
    }
    if (marker === endOfImage) return sawFrame ? null : 'is damaged: it ends without an image';
    if (standsAlone(marker)) {
      at += 2;
      continue;
    }
    if (at + 4 > bytes.length) return cutOff;
    const end = at + 2 + bytes.readUInt16BE(at + 2);
    if (end > bytes.length) return `${cutOff} (${end - bytes.length} bytes of a header are missing)`;
    if (marker === startOfScan) {
      sawFrame = true;
      const next = endOfScan(bytes, end);
      if (next < 0) return cutOff;
      at = next;
    } else at = end;
  }
}

/** Where the marker after a scan lies; -1 where there is none. */
function endOfScan(bytes: Buffer, start: number): number {
  for (
    let at = bytes.indexOf(0xff, start);
    at >= 0 && at + 1 < bytes.length;
    at = bytes.indexOf(0xff, at + 1)
  ) {
    const marker = bytes[at + 1]!;
    // A zero behind 0xff is a byte of the scan; restarts belong into it.
    if (marker !== 0 && marker !== 0xff && !(marker >= 0xd0 && marker <= 0xd7)) return at;
  }
  return -1;
}
