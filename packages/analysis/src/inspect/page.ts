import type { NotRecorded } from './not-recorded.js';
import type { RunSeries } from './run-series.js';
import { escapeXml } from './panel.js';

/** One page with everything in it: it needs no network, no script and no other file. */
export function inspectionPage(
  name: string,
  { evidence, rollbacks }: RunSeries,
  figures: readonly string[],
  missing: readonly NotRecorded[],
): string {
  const said = evidence.map(
    ({ step, kind, text }) =>
      `<tr><td>${step}</td><td>${escapeXml(kind)}</td><td>${escapeXml(text)}</td></tr>`,
  );
  const back = rollbacks.map(({ number, from, to }) => `<li>${number}: from step ${from} to step ${to}</li>`);
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escapeXml(name)}</title>
<style>
body { font: 15px/1.5 sans-serif; margin: 2rem auto; max-width: 1100px; padding: 0 1rem; color: #222; background: #fff }
svg { max-width: 100%; height: auto } pre { background: #f4f4f4; padding: 0.5rem 1rem; overflow: auto }
table { border-collapse: collapse } td, th { text-align: left; padding: 0.2rem 1rem 0.2rem 0; vertical-align: top }
</style>
<h1>${escapeXml(name)}</h1>
<h2>What was noticed</h2>
${said.length === 0 ? '<p>Nothing.</p>' : `<table><tr><th>step</th><th>action</th><th>evidence</th></tr>${said.join('')}</table>`}
${missing.length === 0 ? '' : `<h2>What was not recorded</h2>${missing.map(missingHtml).join('')}`}
${back.length === 0 ? '' : `<h2>Rollbacks</h2><ul>${back.join('')}</ul>`}
${figures.join('\n')}
</html>
`;
}

/** What to write, where something is to be switched on, is one line each, to be copied. */
export function missingHtml({ reason, config, flag }: NotRecorded): string {
  const lines = [config, flag].flatMap((text) => (text === null ? [] : `<pre>${escapeXml(text)}</pre>`));
  return `<p>${escapeXml(reason)}</p>${lines.join('')}`;
}
