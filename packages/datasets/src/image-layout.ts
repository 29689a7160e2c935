import { isProblem, type FileProblem } from '@ganymede/files';
import { assignLabels } from './assign-labels.js';
import { classLayout, commonFolder, onlyClass, type ClassLayout, type LabelledPath } from './class-layout.js';
import { areShards, labelFolders, lookAlikes, oddLabels } from './dubious-classes.js';
import { compareNames } from './image-names.js';
import {
  isNamedLikeLabels,
  isReadableLabels,
  isTable,
  mayHoldLabels,
  readLabelFile,
  textOf,
  type LabelRow,
} from './label-file.js';
import {
  labelsMissing,
  labelsUnread,
  leftOut,
  severalLabelFiles,
  shardsNotClasses,
  splitsNotClasses,
} from './messages.js';

/** Where labels come from; `auto`: a file of labels that is clear, else folders, and neither where it is not clear. */
export type LabelsFrom = 'auto' | 'folders' | 'file' | 'none';

/** What lies at a path, before anything is decoded. */
export interface LayoutInput {
  /** What paths are relative to, for messages. */
  readonly root: string;
  /** Of images; at least one. */
  readonly images: readonly string[];
  /** Of other files. */
  readonly others: readonly string[];
  readonly labels: LabelsFrom;
  readonly isArchive: boolean;
  read(path: string): Promise<Uint8Array | FileProblem>;
}

export interface ImageLayout {
  readonly classes: readonly string[];
  /** Sorted by path. */
  readonly images: readonly LabelledPath[];
  /** Images in no class. */
  readonly loose: readonly string[];
  /** Folders that all images share, with a slash at the end. */
  readonly prefix: string;
  /** Files of text that are named like an image each, and were not read: captions, boxes. */
  readonly sidecars: ReadonlySet<string>;
  /** The file that labels were read from. */
  readonly labelFile: string | null;
  readonly notes: readonly string[];
}

/** A share of images in no class above this is not an oversight of some, but another layout than was meant. */
const mostLoose = 0.1;

const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
const folderOf = (path: string): string => path.slice(0, path.lastIndexOf('/') + 1);

/**
 * Decides which images there are and what class each is of: by a file of labels where there is one that is clear, else by
 * folders. What could be read in two ways is refused and not guessed.
 * @throws DATASET_SPLITS, DATASET_LEFT_OUT, DATASET_LABELS_UNREAD, DATASET_LABELS_MISMATCH, DATASET_LABELS_MISSING
 */
export async function layoutImages(input: LayoutInput): Promise<ImageLayout> {
  const { root, labels } = input;
  const folders = classLayout(input.images);
  const sidecars = sidecarsOf(input);
  if (labels !== 'folders' && folders.splits.length > 0)
    throw splitsNotClasses(root, folders.prefix, folders.splits, input.isArchive);
  if (labels === 'none') return unlabelled(input, 'labels: none');
  if (labels !== 'folders') {
    const found = await findLabels(input, folders, sidecars);
    if (found === 'none') return unlabelled(input, 'dataset.json has no labels');
    if (found !== null) {
      const { classes, images } = assignLabels(found.file, found.rows, input.images, found.names);
      if (new Set(classes).size < classes.length)
        throw labelsUnread(root, 'classes.txt', 'two classes of one name');
      const odd = oddLabels(classes, images.length, labels === 'file');
      if (odd !== null) throw labelsUnread(root, found.file, odd);
      const notes = [`labels were read from ${found.file}, not from folders`, ...lookAlikes(classes)];
      return {
        classes,
        images,
        loose: [],
        prefix: commonFolder(input.images),
        sidecars,
        labelFile: found.file,
        notes,
      };
    }
    if (labels === 'file') throw labelsMissing(root);
  }
  const { loose, images } = folders;
  if (loose.length > 1 && loose.length > mostLoose * (loose.length + images.length))
    throw leftOut(root, loose.length, images.length, folders.classes);
  if (labels !== 'folders') {
    const pairs = labelFolders(folders.classes);
    if (pairs !== null) throw labelsUnread(root, `${pairs}/`, 'a folder of labels beside one of images');
    if (areShards(folders)) throw shardsNotClasses(root, folders.classes);
  }
  const notes = [...folders.notes, ...lookAlikes(folders.classes)];
  if (sidecars.size > 0) notes.push(sidecarsNote(sidecars));
  if (loose.length > 0)
    notes.push(`${loose.length} images beside the class folders are in no class and left out`);
  return {
    classes: folders.classes,
    images,
    loose,
    prefix: folders.prefix,
    sidecars,
    labelFile: null,
    notes,
  };
}

function unlabelled(input: LayoutInput, why: string): ImageLayout {
  const { images } = input;
  const sidecars = sidecarsOf(input);
  return {
    classes: [onlyClass],
    images: [...images].sort(compareNames).map((path) => ({ path, label: 0 })),
    loose: [],
    prefix: commonFolder(images),
    sidecars,
    labelFile: null,
    notes: [`all images are of one class (${why})`, ...(sidecars.size > 0 ? [sidecarsNote(sidecars)] : [])],
  };
}

const sidecarsNote = (sidecars: ReadonlySet<string>): string =>
  `${sidecars.size} files that are named like an image each, ${[...sidecars][0]!} the first, were not read`;

interface FoundLabels {
  readonly file: string;
  readonly rows: readonly LabelRow[];
  /** Of classes that are numbers. */
  readonly names: readonly string[] | null;
}

/** Looks into the files beside the images: above them, and right beside them. */
async function findLabels(
  input: LayoutInput,
  folders: ClassLayout,
  sidecars: ReadonlySet<string>,
): Promise<FoundLabels | 'none' | null> {
  const { root } = input;
  const isBeside = (path: string): boolean =>
    path.startsWith('../') || folders.prefix.startsWith(folderOf(path));
  if (sidecars.size > 1 && sidecars.size >= mostLoose * input.images.length)
    throw labelsUnread(
      root,
      [...sidecars][0]!,
      `a file for each image (${sidecars.size} of them), which is not read`,
    );
  const candidates = input.others.filter((path) => mayHoldLabels(nameOf(path)) && !sidecars.has(path));
  // A file in a class folder that is named like labels says more than the folder does.
  const inside = candidates.find(
    (path) => !isBeside(path) && /^_?annotations|^dataset\.json$|^metadata\.(csv|jsonl)$/i.test(nameOf(path)),
  );
  if (inside !== undefined) throw labelsUnread(root, inside, 'labels within a class folder');
  const mentions = mentioner(input.images);
  const isAlone = folders.classes.length === 1;
  const clear: { readonly file: string; readonly rows: readonly LabelRow[] }[] = [];
  let isNone = false;
  let names: readonly string[] | null = null;
  const unclear: { readonly file: string; readonly why: string }[] = [];
  for (const path of candidates.filter(isBeside).sort(compareNames)) {
    const name = nameOf(path);
    if (!isReadableLabels(name)) {
      if (isNamedLikeLabels(name) || (isAlone && isTable(name)))
        unclear.push({ file: path, why: 'a form that is not read' });
      continue;
    }
    const bytes = await input.read(path);
    if (isProblem(bytes)) {
      if (isNamedLikeLabels(name)) unclear.push({ file: path, why: `a file that ${bytes.problem}` });
      continue;
    }
    if (/^classes\.txt$/i.test(name)) {
      const text = textOf(bytes);
      if (text === null) throw labelsUnread(root, path, 'text that is not UTF-8: save it as UTF-8');
      names = classNamesOf(text);
      if (!namesFolders(names, folders))
        unclear.push({ file: path, why: 'names of classes, and no file says which image is of which' });
      continue;
    }
    const found = readLabelFile(name, bytes, mentions, isAlone);
    if (found === null) continue;
    if ('rows' in found) clear.push({ file: path, rows: found.rows });
    else if ('none' in found) isNone = true;
    else unclear.push({ file: path, why: found.unclear });
  }
  if (clear.length > 1)
    throw severalLabelFiles(
      root,
      clear.map(({ file }) => file),
    );
  const [only] = clear;
  if (only) return { ...only, names };
  if (isNone) return 'none';
  const [first] = unclear;
  if (first) throw labelsUnread(root, first.file, first.why);
  return null;
}

/** `0 cat`, `1. dog` or plain names, a line each. */
function classNamesOf(text: string): string[] {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const numbered = lines.map((line) => /^(\d+)[.:,]?\s+(.+)$/.exec(line));
  if (!numbered.every((match, at) => match !== null && Number(match[1]) === at)) return lines;
  return numbered.map((match) => match![2]!);
}

/** Whether class names are those of the folders, so that they tell nothing new. */
function namesFolders(names: readonly string[], { classes }: ClassLayout): boolean {
  const known = new Set(names);
  return classes.length > 1 && classes.every((name) => known.has(name));
}

/** Files that are named like images: `labels/1.txt` (YOLO), `Annotations/1.xml` (Pascal VOC), captions. */
function sidecarsOf({ images, others }: LayoutInput): Set<string> {
  const stemOf = (path: string): string => nameOf(path).replace(/\.[^.]+$/, '');
  const stems = new Set(images.map(stemOf));
  return new Set(
    others.filter(
      (path) =>
        /\.(xml|txt|json|ya?ml|toml|cls|lab|labels?|tags?|captions?|ann|pts|mat)$/i.test(path) &&
        stems.has(stemOf(path)),
    ),
  );
}

/** Counts, up to 3, how many names are those of images. */
function mentioner(images: readonly string[]): (names: Iterable<string>) => number {
  const known = new Set(
    images.flatMap((path) => {
      const name = nameOf(path);
      const stem = name.replace(/\.[^.]+$/, '');
      // A column of steps or counts has the names of images 1.png, 2.png.
      return /^(0|[1-9]\d*)$/.test(stem) ? [name] : [name, stem];
    }),
  );
  const most = Math.min(3, images.length);
  return (names) => {
    const seen = new Set<string>();
    for (const name of names) {
      const plain = nameOf(name.replaceAll('\\', '/').trim());
      if (known.has(plain)) seen.add(plain);
      if (seen.size >= most) return 3;
    }
    return seen.size;
  };
}
