import { cautionLine, cautionMark } from '@ganymede/core';
import { stringify } from 'yaml';
import { missingHtml } from '@ganymede/analysis';
import { escapeText } from '@ganymede/figures';
import { chartScript, chartStyle } from './chart-script.js';
import { analysisSections } from './analysis-sections.js';
import type { ReportContent } from './collect-report.js';

const style = `
:root { color-scheme: light dark; --line: #8884; --soft: #8881; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 1100px; margin: 2rem auto; padding: 0 1rem; }
h1, h2 { line-height: 1.2; } h2 { margin-top: 2.5rem; border-bottom: 1px solid var(--line); }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: .25rem .7rem; border-bottom: 1px solid var(--line); text-align: right; }
th:first-child, td:first-child { text-align: left; }
pre { background: var(--soft); padding: 1rem; overflow: auto; max-height: 32rem; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(480px, 1fr)); gap: 1rem; }
.sheets { display: grid; grid-template-columns: repeat(auto-fit, minmax(320px, 1fr)); gap: 1rem; }
figure { margin: 0; } img, svg { max-width: 100%; height: auto; } figcaption { font-size: .85rem; }
.sheets img { image-rendering: pixelated; width: 100%; } .caution { color: #b45309; }
.plot svg { background: #fff; } .analysis { display: grid; grid-template-columns: repeat(auto-fit, minmax(460px, 1fr)); gap: 1rem; align-items: start; }
`;

/** The whole report as one HTML page: no address in it leads anywhere. */
export function reportPage(content: ReportContent): string {
  const { name, lastStep } = content;
  const title = escapeText(`${name}${lastStep === null ? '' : `, step ${lastStep}`}`);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title}</title>
<style>${style}${chartStyle()}</style>
</head>
<body>
<h1>${title}</h1>
${sections(content)
  .filter(([, body]) => body !== '')
  .map(([heading, body]) => `<h2>${heading}</h2>\n${body}`)
  .join('\n')}
<script type="application/json" id="charts">${asScriptData(content.charts)}</script>
<script>${chartScript()}</script>
</body>
</html>
`;
}

function sections(content: ReportContent): readonly (readonly [string, string])[] {
  return [
    ['Samples over time', sheets(content)],
    ['Metrics', metrics(content)],
    ['Truncation', truncation(content)],
    ...analysisSections(content.analyses),
    ['Training', training(content)],
    ['Remarks', remarks(content)],
    ['How the numbers were made', manifests(content)],
    ['Config', `<pre>${escapeText(stringify(content.config))}</pre>`],
    [
      'Environment',
      content.environment === null ? '' : `<pre>${escapeText(stringify(content.environment))}</pre>`,
    ],
  ];
}

function training({ charts, missing }: ReportContent): string {
  const plots = charts.length === 0 ? '' : '<div class="charts" id="plots"></div>';
  return plots + missing.map(missingHtml).join('\n');
}

function sheets({ sheets: all }: ReportContent): string {
  if (all.length === 0) return '';
  const figures = all.map(({ step, png }) => figure(png, `samples at step ${step}`, `step ${step}`));
  return `<div class="sheets">${figures.join('\n')}</div>`;
}

function truncation({ truncation: swept }: ReportContent): string {
  if (swept === null) return '';
  const rows = 'a threshold a row, the least at the top, the whole prior last';
  const sheet =
    swept.png === null ? '' : `<div class="sheets">${figure(swept.png, 'samples by threshold', rows)}</div>`;
  return `<div class="plot">${swept.svg}</div>${sheet}`;
}

const figure = (png: Buffer, alt: string, caption: string): string =>
  `<figure><img alt="${alt}" src="data:image/png;base64,${png.toString('base64')}"><figcaption>${caption}</figcaption></figure>`;

const mark = `<span class="caution">${cautionMark}</span>`;

function metrics({ comparison, best }: ReportContent): string {
  if (!comparison) return '';
  const { columns, rows, differences, cautions } = comparison;
  const ways = { lower: ' ↓', higher: ' ↑', neither: '' };
  const head = columns.map(({ title, direction }) => `<th>${escapeText(title)}${ways[direction]}</th>`);
  const body = rows.map(({ step, values, cautioned }) => {
    const cells = values.map(
      (value, i) => `<td>${value === null ? '' : shownNumber(value)}${cautioned[i] ? mark : ''}</td>`,
    );
    const kept = best?.step === step ? ' (kept as the best)' : '';
    return `<tr><td>${step === null ? '' : String(step)}${kept}</td>${cells.join('')}</tr>`;
  });
  return [
    `<table><tr><th>step</th>${head.join('')}</tr>${body.join('')}</table>`,
    ...differences.map((text) => `<p>${escapeText(text)}</p>`),
    ...cautions.map(
      (one) =>
        `<p class="caution">${cautionMark} ${escapeText(`${cautionLine(one)} (${one.subjects.join('; ')})`)}</p>`,
    ),
  ].join('\n');
}

function remarks({ remarks: all }: ReportContent): string {
  if (all.length === 0) return '';
  return `<ul>${all.map(({ step, text }) => `<li>step ${step}: ${escapeText(text.replace(/^step \d+: /, ''))}</li>`).join('')}</ul>`;
}

/** One manifest for each column: what all its numbers share. */
function manifests({ comparison }: ReportContent): string {
  if (!comparison) return '';
  return comparison.columns
    .map(({ title, conditions }) => {
      const rows = Object.entries(conditions).map(
        ([key, value]) => `<tr><td>${escapeText(key)}</td><td>${escapeText(String(value))}</td></tr>`,
      );
      return `<details><summary>${escapeText(title)}</summary><table>${rows.join('')}</table></details>`;
    })
    .join('\n');
}

const shownNumber = (value: number): string =>
  Number.isFinite(value) ? String(Number(value.toPrecision(5))) : escapeText(String(value));

/** JSON that no text in it can end the script with. */
const asScriptData = (value: unknown): string => JSON.stringify(value).replaceAll('<', '\\u003c');
