import { useState } from 'preact/hooks';
import { Chart } from './chart.js';
import { ConfigTable } from './config-table.js';
import { Evaluations } from './evaluations.js';
import { RunHeader } from './run-header.js';
import { runPath, type ChartSeries } from './server.js';
import { Sheets } from './sheets.js';
import { useRun, type LiveRun } from './use-run.js';
import { number } from './words.js';

type Range = readonly [number, number] | null;

/** One run, or two side by side. */
export function RunPage({ id, other }: { readonly id: string; readonly other: string | null }) {
  const [range, setRange] = useState<Range>(null);
  const run = useRun(id, range);
  return (
    <>
      <RunHeader id={id} run={run} other={other} />
      {range && (
        <p class="row">
          <span>
            Steps {number(range[0])} to {number(range[1])}.
          </span>
          <button type="button" onClick={() => setRange(null)}>
            Show all steps
          </button>
        </p>
      )}
      {other === null ? (
        <Body id={id} run={run} range={range} onRange={setRange} />
      ) : (
        <Pair id={id} run={run} other={other} range={range} onRange={setRange} />
      )}
    </>
  );
}

interface BodyProps {
  readonly id: string;
  readonly run: LiveRun;
  readonly range: Range;
  readonly onRange: (range: Range) => void;
}

function Body({ id, run: { detail, charts }, range, onRange }: BodyProps) {
  if (!detail) return <p class="soft">Loading …</p>;
  const groups = [...new Set(charts.map(({ group }) => group))];
  return (
    <>
      <div class="columns">
        <Sheets run={id} names={detail.sheets} />
        <section>
          <h2>Training</h2>
          {charts.length === 0 && (
            <p class="empty">
              No numbers yet: the first come after <code>log.every</code> steps.
            </p>
          )}
          <ChartGrid
            charts={charts.filter(({ group }) => group === 'Training')}
            range={range}
            onRange={onRange}
          />
        </section>
      </div>
      <Evidence detail={detail} />
      <Evaluations all={detail.evaluations} />
      {groups
        .filter((group) => group !== 'Training')
        .map((group) => (
          <section key={group}>
            <h2>{group}</h2>
            <ChartGrid
              charts={charts.filter((chart) => chart.group === group)}
              range={range}
              onRange={onRange}
            />
          </section>
        ))}
      <Analyses id={id} all={detail.analyses} />
      <ConfigTable name={id} config={detail.config} />
    </>
  );
}

function ChartGrid({
  charts,
  range,
  onRange,
}: {
  readonly charts: readonly ChartSeries[];
  readonly range: Range;
  readonly onRange: (range: Range) => void;
}) {
  return (
    <div class="charts">
      {charts.map((series) => (
        <Chart key={series.id} series={series} range={range} onRange={onRange} />
      ))}
    </div>
  );
}

function Evidence({ detail }: { readonly detail: NonNullable<LiveRun['detail']> }) {
  const remarks = detail.evidence.slice(-20).reverse();
  return (
    <section class="panel">
      <h2>What the guard saw</h2>
      {remarks.length === 0 ? (
        <p class="empty">
          No stabilizer has said anything: losses, spectra and variety stayed within their bounds.
        </p>
      ) : (
        <div class="scroll" tabIndex={0} role="region" aria-label="Evidence">
          <table>
            <thead>
              <tr>
                <th scope="col" class="number">
                  step
                </th>
                <th scope="col">what</th>
                <th scope="col">evidence</th>
              </tr>
            </thead>
            <tbody>
              {remarks.map(({ step, kind, text }, i) => (
                <tr key={i}>
                  <td class="number">{number(step)}</td>
                  <td>{kind}</td>
                  <td>{text}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

interface ShownAnalysis {
  readonly kind?: string;
  readonly subject?: { readonly step?: number };
  readonly findings?: readonly string[];
  readonly pictures?: readonly { readonly file: string; readonly title: string }[];
}

/** Nearest neighbours, spectra, directions: what `ganymede analyze` left in the run. */
function Analyses({ id, all }: { readonly id: string; readonly all: readonly unknown[] }) {
  const found = all as readonly ShownAnalysis[];
  return (
    <section class="panel">
      <h2>Analyses</h2>
      {found.length === 0 && (
        <p class="empty">
          None yet. <code>ganymede analyze neighbours {id}</code> shows the nearest training images of
          generated ones.
        </p>
      )}
      {found.map(({ kind = '', subject, findings = [], pictures = [] }, i) => (
        <details key={i}>
          <summary>
            {kind} at step {number(subject?.step)}
          </summary>
          {findings.map((text) => (
            <p key={text}>{text}</p>
          ))}
          {pictures.map(({ file, title }) => (
            <img
              key={file}
              src={`/api/${runPath(id)}/analysis/${encodeURIComponent(file)}`}
              alt={title}
              loading="lazy"
            />
          ))}
        </details>
      ))}
    </section>
  );
}

function Pair({ id, run, other, range, onRange }: BodyProps & { readonly other: string }) {
  const theirs = useRun(other, range);
  if (!run.detail) return <p class="soft">Loading …</p>;
  const titles = [...new Set([...run.charts, ...theirs.charts].map(({ title }) => title))];
  const cell = (charts: readonly ChartSeries[], title: string) => {
    const series = charts.find((one) => one.title === title);
    return series ? (
      <Chart series={series} range={range} onRange={onRange} />
    ) : (
      <p class="panel empty">No {title} here.</p>
    );
  };
  return (
    <>
      {theirs.error && (
        <p class="notice error" role="alert">
          {theirs.error}
        </p>
      )}
      <ConfigTable
        name={id}
        config={run.detail.config}
        other={theirs.detail && { name: other, config: theirs.detail.config }}
      />
      <div class="charts pair">
        <h2>{id}</h2>
        <h2>{other}</h2>
        <Sheets run={id} names={run.detail.sheets} />
        <Sheets run={other} names={theirs.detail?.sheets ?? []} />
        {titles.flatMap((title) => [
          <div key={`${title} a`}>{cell(run.charts, title)}</div>,
          <div key={`${title} b`}>{cell(theirs.charts, title)}</div>,
        ])}
      </div>
    </>
  );
}
