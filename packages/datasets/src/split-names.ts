/** Words that name a part of a data set and nothing else. */
const splitWords = new Set(
  (
    'train training trainval traintest trn val valid validate validation test testing tst dev devel development eval ' +
    'evaluation holdout heldout trainset testset valset devset'
  ).split(' '),
);
/** Words that mean a split only beside a word for what it holds: `imagesTr`, `labels_ts`. */
const shortSplitWords = new Set('tr ts te va vl'.split(' '));
const contents = new Set(
  'set sets image images img imgs picture pictures photo photos label labels data dataset split fold part'.split(
    ' ',
  ),
);
/** What else such names hold: sizes, domains, versions. */
const others = new Set(
  'a b full all small mini tiny new final hr lr crop cropped resized public private'.split(' '),
);

/** `images_train2017` as `images, train`: numbers say nothing. */
function wordsOf(name: string): string[] {
  return name
    .replace(/held[-_ ]out/gi, 'heldout')
    .replace(/hold[-_ ]out/gi, 'holdout')
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter((word) => word !== '');
}

/**
 * Whether a folder is named like a part of a data set: `train`, `VAL`, `test_set`, `train2017`, `images_train`,
 * `imagesTr`, `trainA`, `held-out`, `fold1`. A name that says something else as well (`train station`) is none.
 */
export function isSplitName(name: string): boolean {
  if (/^(cv)?[-_ ]?fold[-_ ]?\d+$/i.test(name)) return true;
  const words = wordsOf(name);
  const isSplit = (word: string): boolean => splitWords.has(word) || shortSplitWords.has(word);
  const rest = words.filter((word) => !isSplit(word));
  if (rest.length === words.length || !rest.every((word) => contents.has(word) || others.has(word)))
    return false;
  return words.some((word) => splitWords.has(word)) || rest.some((word) => contents.has(word));
}

/**
 * The splits among folders that stand in the place of classes; none where they are classes. One folder `train` beside
 * others is taken for the class of that name (cars, planes, trains), unless it has folders of its own.
 * @param hasFolders - whether a folder has images in folders of its own
 */
export function splitsAmong(folders: readonly string[], hasFolders: (folder: string) => boolean): string[] {
  const splits = folders.filter(isSplitName);
  const [only] = splits;
  if (splits.length !== 1 || only === undefined) return splits;
  // A wrapper, or the only class.
  if (folders.length === 1) return [];
  return only.toLowerCase() === 'train' && !hasFolders(only) ? [] : splits;
}
