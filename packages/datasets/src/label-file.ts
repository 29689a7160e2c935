import { parseSeparated } from './csv.js';

/** A row of a file of labels. */
export interface LabelRow {
  /** The image as the file names it. */
  readonly image: string;
  /** Name or number of its class. */
  readonly label: string;
}

/**
 * What a file beside images turned out to be: labels that are read, labels that say every image is of one class
 * (`none`), something that looks like labels and is not read, with the reason, or nothing of that kind (null).
 */
export type LabelFile =
  { readonly rows: readonly LabelRow[] } | { readonly none: true } | { readonly unclear: string } | null;

const imageColumns = new Set(
  'file filename file_name filepath file_path path image image_name image_file image_path image_filename img img_name img_path'.split(
    ' ',
  ),
);
const labelColumns = new Set(
  'label labels class classes class_name classname category category_name target'.split(' '),
);

/** Extensions of files that may hold labels, of which the first five are looked into. */
const readable = ['json', 'jsonl', 'csv', 'tsv', 'txt'];
const labelExtension =
  /\.(json|jsonl|csv|tsv|txt|mat|pkl|pickle|parquet|npy|npz|h5|hdf5|arrow|feather|xml|ya?ml|xlsx?|ods|db|sqlite3?|lst|tfrecords?|lmdb|mdb)$/i;
/** Of those, what holds tables and little else: beside images that nothing else labels it is not passed over. */
const tableExtension = /\.(parquet|arrow|feather|xlsx?|ods|mat|h5|hdf5|tfrecords?|lmdb|mdb)$/i;
/** Names that say so: `labels`, `train_labels`, `imagelabels`, `image_class_labels`, `_annotations.coco`, `metadata`. */
const tellingName = /label|annotation|metadata|ground_?truth|^classes\b|^instances_/i;

export function mayHoldLabels(name: string): boolean {
  return labelExtension.test(name);
}

/** Whether a file that is not looked into has a name that only labels have. */
export function isNamedLikeLabels(name: string): boolean {
  return labelExtension.test(name) && tellingName.test(name);
}

export function isTable(name: string): boolean {
  return tableExtension.test(name);
}

/** Whether a name says that a file holds labels, and not only that it tells of images. */
function saysLabels(name: string): boolean {
  return labelExtension.test(name) && /label|annotation|ground_?truth/i.test(name);
}

export function isReadableLabels(name: string): boolean {
  return readable.includes(name.slice(name.lastIndexOf('.') + 1).toLowerCase());
}

/**
 * Reads labels in the forms that are clear: StyleGAN's `dataset.json` (`{"labels": [["a.png", 0], ...]}`), JSON lines with
 * `file_name` and `label` (the `metadata.jsonl` of Hugging Face), and tables (.csv, .tsv) whose first line names a column
 * of files and one of classes.
 * @param name - of the file, without folders
 * @param bytes - UTF-8, or UTF-16 with its mark
 * @param mentions - how many of these names are images of the data, as far as 3
 * @param isAlone - whether nothing else tells classes, so that what may be labels is not passed over
 */
export function readLabelFile(
  name: string,
  bytes: Uint8Array,
  mentions: (names: Iterable<string>) => number,
  isAlone: boolean,
): LabelFile {
  const text = textOf(bytes);
  // In another encoding two classes may become one.
  if (text === null) {
    const latin = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
    const guessed = readText(name, latin, mentions, isAlone);
    return guessed && { unclear: 'text that is not UTF-8: save it as UTF-8' };
  }
  return readText(name, text, mentions, isAlone);
}

/** Null where it is neither UTF-8 nor UTF-16 with its mark. */
export function textOf(bytes: Uint8Array): string | null {
  const [first, second] = bytes;
  const encoding =
    first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

function readText(
  name: string,
  plain: string,
  mentions: (names: Iterable<string>) => number,
  isAlone: boolean,
): LabelFile {
  const found = readByForm(name.toLowerCase(), plain, mentions, isAlone);
  if (found === null && isAlone && saysLabels(name)) return { unclear: 'a form that is not read' };
  if (found !== undefined) return found;
  // Of other forms it counts whether they speak of the images.
  const words =
    plain.slice(0, 1 << 20).match(/[^\s"',;:|/\\<>]+\.(?:jpe?g|png|webp|gif|tiff?|avif)\b/gi) ?? [];
  if (mentions(words) < 3 && isAlone && saysLabels(name)) return { unclear: 'a form that is not read' };
  if (mentions(words) < 3 || (name.toLowerCase().endsWith('.txt') && isPlainList(plain))) return null;
  return { unclear: 'a form that is not read' };
}

/** Names alone, or names with their checksums, a line each: no classes. */
function isPlainList(text: string): boolean {
  return text.split('\n').every((line) => /^([0-9a-f]{32,}\s+\*?)?\S*$/i.test(line.trim()));
}

function readByForm(
  name: string,
  text: string,
  mentions: (names: Iterable<string>) => number,
  isAlone: boolean,
): LabelFile | undefined {
  if (name.endsWith('.csv')) {
    const [header = ''] = text.split('\n', 1);
    return readTable(text, header.includes(';') && !header.includes(',') ? ';' : ',', mentions, isAlone);
  }
  if (name.endsWith('.tsv')) return readTable(text, '\t', mentions, isAlone);
  if (name.endsWith('.jsonl')) return readJsonLines(text, mentions);
  if (name.endsWith('.json')) return readJson(name, text);
  return undefined;
}

function readTable(
  text: string,
  separator: string,
  mentions: (names: Iterable<string>) => number,
  isAlone: boolean,
): LabelFile {
  const rows = parseSeparated(text, separator);
  if (rows === null) return { unclear: 'a table with a quote that is not closed' };
  const [header = [], ...body] = rows;
  const names = header.map((title) => title.trim().toLowerCase().replaceAll(/[ -]/g, '_'));
  const speaksOfImages = mentions(rows.flat()) >= 3;
  const files = names.flatMap((title, at) => (imageColumns.has(title) ? [at] : []));
  const labels = names.flatMap((title, at) => (labelColumns.has(title) ? [at] : []));
  if (files.length === 1 && labels.length === 1) {
    const [file, label] = [files[0]!, labels[0]!];
    const short = body.findIndex(
      (row) => (row[label] ?? '').trim() === '' || (row[file] ?? '').trim() === '',
    );
    if (short >= 0) return { unclear: `a table without a file or a class in row ${short + 2}` };
    return { rows: body.map((row) => ({ image: row[file]!.trim(), label: row[label]!.trim() })) };
  }
  // Captions and other tables about the images have no class to give.
  const unread: LabelFile = { unclear: `a table with the columns ${header.slice(0, 6).join(', ')}` };
  if (!speaksOfImages) return isAlone && labels.length > 0 ? unread : null;
  if (
    files.length === 1 &&
    labels.length === 0 &&
    names.length > 1 &&
    names.every((title, at) => at === files[0] || captions.has(title))
  )
    return null;
  return unread;
}

const captions = new Set(
  'text caption captions prompt description split additional_feature url width height size'.split(' '),
);

function readJsonLines(text: string, mentions: (names: Iterable<string>) => number): LabelFile {
  const rows: LabelRow[] = [];
  const images: string[] = [];
  let withoutLabel = 0;
  for (const [at, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    let entry: unknown;
    try {
      entry = JSON.parse(line);
    } catch {
      return { unclear: `JSON lines of which line ${at + 1} is none` };
    }
    const fields =
      typeof entry === 'object' && entry !== null
        ? new Map<string, unknown>(Object.entries(entry))
        : new Map<string, unknown>();
    const image = fields.get('file_name');
    if (typeof image !== 'string') return { unclear: 'JSON lines without a file_name' };
    images.push(image);
    const label: unknown = fields.get('label') ?? fields.get('labels') ?? fields.get('class');
    if (typeof label === 'string' || typeof label === 'number') rows.push({ image, label: String(label) });
    else if (label === undefined && !fields.has('objects')) withoutLabel++;
    else return { unclear: `JSON lines with other than one label for an image (line ${at + 1})` };
  }
  if (rows.length === 0) return null;
  if (withoutLabel > 0) return { unclear: `JSON lines of which ${withoutLabel} have no label` };
  return mentions(images) === 0 ? null : { rows };
}

function readJson(name: string, text: string): LabelFile | undefined {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    return name === 'dataset.json' ? { unclear: 'JSON that is damaged' } : undefined;
  }
  if (name !== 'dataset.json') return undefined;
  const labels =
    typeof content === 'object' && content !== null ? (content as { labels?: unknown }).labels : undefined;
  if (labels === null) return { none: true };
  if (!Array.isArray(labels)) return undefined;
  const rows: LabelRow[] = [];
  for (const [at, row] of labels.entries()) {
    const [image, label] = Array.isArray(row) && row.length === 2 ? (row as unknown[]) : [];
    if (typeof image !== 'string' || !Number.isInteger(label) || (label as number) < 0)
      return { unclear: `labels of which number ${at} is not a file and the number of a class` };
    rows.push({ image, label: String(label) });
  }
  return { rows };
}
