import type { ImageShape } from '@ganymede/core';
import type { Evaluation } from '@ganymede/evaluation';
import type { GeneratorConfig } from '@ganymede/generator-files';

/** An evaluation, as far as a card tells it. */
export interface CardEvaluation extends Pick<Evaluation, 'subject' | 'numbers'> {
  readonly manifest: Pick<Evaluation['manifest'], 'measurement' | 'sampling'>;
}

/** A generator, as far as a card tells it. */
export interface CardSubject extends Pick<
  GeneratorConfig,
  'name' | 'generator' | 'classes' | 'trained' | 'truncation'
> {
  readonly imageShape: ImageShape;
  readonly weights: Pick<GeneratorConfig['weights'], 'precision'>;
}

export interface CardContent {
  readonly config: CardSubject;
  /** Name of the training data, and how many images it has where that is known. */
  readonly data: string;
  readonly batchSize: number;
  /** SPDX identifier; null where nobody said. */
  readonly license: string | null;
  /** Of the checkpoint that was exported. */
  readonly evaluations: readonly CardEvaluation[];
  /** A fence of code that shows how to use what was exported. */
  readonly usage: string;
}

const yaml = (text: string): string => JSON.stringify(text);

/** A table of what a manifest says. */
function conditions(part: Readonly<Record<string, string | number | boolean>>): string[] {
  return Object.entries(part).map(([key, value]) => `| ${key} | ${String(value).replaceAll('|', '\\|')} |`);
}

/**
 * A model card in the format of model hubs: YAML that machines read, then Markdown. It states what is known of the run and
 * says so where nothing is.
 */
export function modelCard({ config, data, batchSize, license, evaluations, usage }: CardContent): string {
  const { name, generator, imageShape, classes, trained, truncation, weights } = config;
  const size = `${imageShape.height}x${imageShape.width}`;
  const metrics = evaluations.flatMap(({ numbers }) =>
    Object.entries(numbers).flatMap(([metric, value]) =>
      Number.isNaN(value) ? [] : [[metric, value] as const],
    ),
  );
  const front = [
    '---',
    `license: ${license ?? 'other'}`,
    'library_name: ganymede',
    'pipeline_tag: unconditional-image-generation',
    'tags:',
    ...['gan', 'class-conditional', generator.use].map((tag) => `  - ${tag}`),
    ...(metrics.length === 0
      ? []
      : [
          'model-index:',
          `  - name: ${yaml(name)}`,
          '    results:',
          '      - task:',
          '          type: unconditional-image-generation',
          '        dataset:',
          `          name: ${yaml(data)}`,
          `          type: ${yaml(data)}`,
          '        metrics:',
          ...metrics.flatMap(([metric, value]) => [
            `          - type: ${metric}`,
            `            value: ${value}`,
          ]),
        ]),
    '---',
  ];
  const shownClasses = classes.slice(0, 20).join(', ') + (classes.length > 20 ? ', ...' : '');
  return [
    ...front,
    '',
    `# ${name}`,
    '',
    `A class-conditional GAN: ${generator.use}, images of ${size} pixels, ${classes.length} classes (${shownClasses}).`,
    '',
    '## Use',
    '',
    usage,
    '',
    '## Training',
    '',
    '| what | |',
    '| --- | --- |',
    `| data | ${data} |`,
    `| generator steps | ${trained.step} |`,
    `| batch size | ${batchSize} |`,
    `| weights | ${trained.weights === 'ema' ? 'the moving average' : 'as trained, without a moving average'}, ${weights.precision}; spectral norm is folded in |`,
    `| truncation | ${truncation ? `statistics of ${truncation.convention} ${truncation.threshold}` : 'none: running averages of the whole prior'} |`,
    '',
    'The recipe, with every option, is in `run-config.json`.',
    '',
    '## Measurements',
    '',
    ...(evaluations.length === 0
      ? ['Nothing was measured at this checkpoint: how good the images are has to be looked at.']
      : evaluations.flatMap(({ numbers, manifest }) => [
          '| number | value |',
          '| --- | --- |',
          ...Object.entries(numbers).map(
            ([metric, value]) => `| ${metric} | ${Number.isNaN(value) ? 'not a number' : value} |`,
          ),
          '',
          'Measured under these conditions, without which the numbers say nothing:',
          '',
          '| condition | |',
          '| --- | --- |',
          ...conditions(manifest.measurement),
          ...conditions(manifest.sampling),
          '',
        ])),
    '',
    '## Intended use and limits',
    '',
    `For studying and demonstrating generative models. It knows nothing but the ${classes.length} classes that it was trained on, and images can repeat training images: \`ganymede analyze neighbours\` looks for such. Truncation trades variety for fidelity, and thresholds of its four conventions are not interchangeable.`,
    '',
    license === null
      ? 'No licence was named. Ask whoever trained it, and mind the licence of the training data.'
      : `Licence: ${license}. The licence of the training data may restrict use further.`,
    '',
  ].join('\n');
}
