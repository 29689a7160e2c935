import type { Rule } from './choice.js';

const words =
  /digit|number|numeral|letter|alphabet|glyph|font|char(?:acter)?s?\b|kanji|kana|text|mnist|omniglot|svhn|sign|logo|plate/i;
const spelledDigits = /^(zero|one|two|three|four|five|six|seven|eight|nine)$/i;

/** Whether names say that the images may be of signs that read one way: `7`, `b`, `letters`. */
export function mayBeWritten(dataName: string, classes: readonly string[]): boolean {
  const short = classes.filter((name) => /^[\p{L}\p{N}]$/u.test(name) || spelledDigits.test(name));
  return (
    words.test(dataName) || classes.some((name) => words.test(name)) || short.length * 2 > classes.length
  );
}

/**
 * Mirroring doubles what D sees of each image, and teaches G mirrored ones. Whether these are images of the data, pixels do not
 * tell, so that nothing mirrors without being asked to; StyleGAN2-ADA leaves `--mirror` off for the same reason.
 */
export const flip: Rule = ({ data: { name, classes }, wishes }) => {
  const path = 'flip';
  const names = classes.map((one) => one.name);
  const isWritten = mayBeWritten(name, names);
  if (wishes.flip !== undefined) {
    const doubt =
      wishes.flip && isWritten ? ', though names suggest digits or letters, which read one way' : '';
    return [{ path, value: wishes.flip, basis: 'asked for', reason: `as asked for${doubt}` }];
  }
  const reason = isWritten
    ? 'names suggest digits, letters or signs, which mean something else or nothing in a mirror'
    : 'no one but you knows whether mirrored images belong to the data: --flip if they do, which doubles few images';
  return [{ path, value: false, basis: 'rule', reason }];
};
