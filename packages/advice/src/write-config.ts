import { Document, isCollection, isScalar, type Scalar, type YAMLMap } from 'yaml';
import { nestedDocument } from './nested-document.js';
import type { Choice } from './rules/choice.js';

/** Letters a line that a comment has at most. */
const lineWidth = 100;

/** A config as YAML, above each key the reason for its value; it says what the choices say and nothing else. */
export function configText(choices: readonly Choice[], heading: readonly string[]): string {
  const document = new Document(nestedDocument(choices));
  document.commentBefore = heading.map((line) => ` ${line}`).join('\n');
  for (const { path, value, basis, reason } of choices) {
    const keys = path.split('.');
    const parent = keys.length === 1 ? document.contents : document.getIn(keys.slice(0, -1), true);
    const pair = (parent as YAMLMap).items.find(({ key }) => isScalar(key) && key.value === keys.at(-1))!;
    (pair.key as Scalar).commentBefore = wrapped(`${basis}: ${reason}`);
    // Data stand in lines of their own: their paths are long.
    if (isCollection(pair.value)) pair.value.flow = path !== 'data' || Array.isArray(value);
  }
  return document.toString({ lineWidth: 0, flowCollectionPadding: true });
}

/** Words in lines of a comment, each after a blank. */
function wrapped(text: string): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + word.length >= lineWidth) {
      lines.push(line);
      line = '';
    }
    line += ` ${word}`;
  }
  return [...lines, line].join('\n');
}
