import type { AnalysisKind, StoredAnalysis } from '@ganymede/analysis';
import { escapeText } from '@ganymede/figures';

const headings: Readonly<Record<AnalysisKind, string>> = {
  neighbours: 'Nearest training images',
  logits: "D's outputs",
  spectrum: 'Power spectra',
  directions: 'Directions of z',
  projection: 'Projected images',
};

/** A section for every kind of analysis that there is: what it comes down to, pictures, and how it was made. */
export function analysisSections(all: readonly StoredAnalysis[]): readonly (readonly [string, string])[] {
  return (Object.entries(headings) as [AnalysisKind, string][]).map(([kind, heading]) => [
    escapeText(heading),
    all
      .filter(({ analysis }) => analysis.kind === kind)
      .map(body)
      .join('\n'),
  ]);
}

function body({ analysis, pictures }: StoredAnalysis): string {
  const { findings, cautions, conditions, environment, subject } = analysis;
  const rows = Object.entries({ step: subject.step, ...conditions, ...environment }).map(
    ([key, value]) => `<tr><td>${escapeText(key)}</td><td>${escapeText(String(value))}</td></tr>`,
  );
  return [
    ...findings.map((text) => `<p>${escapeText(text)}</p>`),
    ...cautions.map((text) => `<p class="caution">${escapeText(text)}</p>`),
    '<div class="analysis">',
    ...pictures.map(
      ({ title, content }) =>
        `<figure><img alt="${escapeText(title)}" src="${dataAddress(content)}"><figcaption>${escapeText(title)}</figcaption></figure>`,
    ),
    '</div>',
    `<details><summary>How it was made</summary><table>${rows.join('')}</table></details>`,
  ].join('\n');
}

/** As images of their own, so that names within one SVG do not meet those of another. */
function dataAddress(content: string | Buffer): string {
  return typeof content === 'string'
    ? `data:image/svg+xml;base64,${Buffer.from(content).toString('base64')}`
    : `data:image/png;base64,${content.toString('base64')}`;
}
