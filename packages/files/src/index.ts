export { describeContent } from './describe-content.js';
export {
  isProblem,
  notAFile,
  openFile,
  readWholeFile,
  tryOpenFile,
  tryReadFile,
  unreadableFile,
  wordsOfFileError,
  type FileProblem,
} from './regular-file.js';
export { eachInFlight, inOrder } from './in-flight.js';
export { nodeDisk, type Chunks, type Disk, type WrittenFile } from './disk.js';
export { expectWritable, SafeFile, writeFileSafely, type WritingOptions } from './write-file.js';
export { writeFolderSafely } from './write-folder.js';
export { writeExport, type ExportedFile } from './write-export.js';
export { AppendFile } from './append-file.js';
export { isTemporaryName, removeLeftovers } from './leftovers.js';
export { systemError } from './system-error.js';
export { isErrno, isWritingProblem, namingPath, writingError } from './writing-errors.js';
export { giveWay } from './give-way.js';
export { isAlive, thisProcess, type ProcessIdentity } from './process-identity.js';
export { contentHashes, stampOf, type ContentHashOptions, type StatedFile } from './content-hashes.js';
export { compareFingerprint, fingerprintOf, hashOf, hashOfBytes, type Sameness } from './fingerprint.js';
export { readBytes } from './read-bytes.js';
