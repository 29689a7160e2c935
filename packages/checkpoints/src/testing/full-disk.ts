import { nodeDisk, type Disk } from '../disk.js';

/** A disk with room for so many bytes: the write that exceeds it leaves half a file and fails as Linux does. */
export function fullDisk(room: number): Disk {
  let left = room;
  return {
    ...nodeDisk,
    async writeFile(path, chunks) {
      const fitting: Uint8Array[] = [];
      for (const chunk of chunks) {
        if (chunk.byteLength > left) {
          await nodeDisk.writeFile(path, [...fitting, chunk.subarray(0, left)]);
          left = 0;
          throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
        }
        left -= chunk.byteLength;
        fitting.push(chunk);
      }
      return nodeDisk.writeFile(path, fitting);
    },
  };
}
