import { alignedLines } from './aligned-lines.js';
import { counted, formatBytes, formatDuration, formatRate, shownPath } from './format.js';
import type { GammaProbe, Recommendation } from '@ganymede/toolkit';

/** What `recommend` found and chose, for people; the config stands there whole, as it was written. */
export function adviceLines({
  data,
  machine,
  warnings,
  hints,
  text,
  out,
  plan,
}: Recommendation): readonly string[] {
  return [
    ...dataRows(data).map(([name, value]) => `${name.padEnd(14)}${value}`),
    `${'machine'.padEnd(14)}${machine.threads} threads, ${formatBytes(machine.memoryBytes)}; ${machine.engine.library}, ${machine.engine.device}`,
    ...(plan
      ? [
          `${'speed'.padEnd(14)}${formatRate(plan.imagesPerSecond)}, ${plan.stepSeconds.toPrecision(2)} s a step; ${plan.steps} steps: ${formatDuration(plan.totalSeconds)}`,
        ]
      : []),
    ...[...data.notes, ...machine.notes].map((note) => `note          ${note}`),
    ...warnings.map((warning) => `warning       ${warning}`),
    '',
    text.trimEnd(),
    '',
    ...(out === null ? [] : [`wrote ${shownPath(out)}`]),
    ...hints.map((hint) => `  ${hint}`),
  ];
}

function dataRows({
  images,
  classes,
  sizes,
  grey,
  transparent,
  duplicates,
  skipped,
}: Recommendation['data']): readonly (readonly [string, string])[] {
  const counts = classes.map((one) => one.images);
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  const each = classes.length === 1 ? '' : `, ${least === most ? least : `${least} to ${most}`} each`;
  const { shorterSide } = sizes;
  const copies = duplicates === null ? 'not looked for: too many images' : String(duplicates.images);
  return [
    ['images', `${images} in ${counted(classes.length, 'class', 'classes')}${each}`],
    [
      'size',
      shorterSide === null
        ? 'none of their own'
        : `shorter side ${shorterSide.smallest} to ${shorterSide.largest} pixels, median ${shorterSide.median}; ${sizes.notSquare ?? 'some'} not square`,
    ],
    [
      'copies',
      duplicates?.betweenClasses ? `${copies}, ${duplicates.betweenClasses} between classes` : copies,
    ],
    ['grey, alpha', `${grey} grey, ${transparent} with alpha`],
    ['not usable', String(skipped.length)],
  ];
}

const shown = (value: number | null, digits: number): string => (value === null ? '' : value.toFixed(digits));

/** The table of `probe-gamma`, and what follows from it. */
export function gammaLines({
  trials,
  best,
  rule,
  metric,
  penalties,
  centre,
  steps,
  regularizers,
}: GammaProbe): readonly string[] {
  const heads = [
    'gamma',
    'holds',
    'steps',
    'overfit',
    'D real - fake',
    'spread',
    ...(metric === null ? [] : [metric]),
  ];
  const rows = trials.map((one) => [
    String(one.gamma),
    one.isMade ? (one.holds ? 'yes' : 'no') : '',
    String(one.steps),
    shown(one.overfit, 2),
    shown(one.separation, 3),
    shown(one.variety, 2),
    ...(metric === null ? [] : [shown(one.metric, 2)]),
  ]);
  return [
    `gamma of ${penalties.join(' and ')}, around ${centre.gamma}, ${centre.origin}; ${steps} steps each`,
    ...alignedLines(heads, rows, heads.length),
    ...trials.flatMap(({ gamma, error, evidence }) => [
      ...(error === null ? [] : [`${gamma}: ${error.code}: ${error.message}`]),
      ...evidence.slice(0, 2).map(({ text }) => `${gamma}: ${text}`),
    ]),
    best === null ? `best: ${rule}` : `best: ${best}, ${rule}`,
    ...(regularizers === null ? [] : [`  --set 'regularizers=${JSON.stringify(regularizers)}'`]),
  ];
}
