import { number } from './words.js';

interface Evaluation {
  readonly subject?: { readonly step?: number };
  readonly numbers?: Readonly<Record<string, number | null>>;
  readonly manifest?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly cautions?: readonly unknown[];
}

/** Numbers, each with how it was measured. */
export function Evaluations({
  all,
}: {
  readonly all: readonly { readonly name: string; readonly evaluation: unknown }[];
}) {
  const found = all.map(({ name, evaluation }) => ({ name, ...(evaluation as Evaluation) }));
  const metrics = [...new Set(found.flatMap(({ numbers = {} }) => Object.keys(numbers)))];
  return (
    <section class="panel">
      <h2>Metrics</h2>
      {found.length === 0 ? (
        <p class="empty">
          Nothing was measured yet: <code>ganymede evaluate</code> does, or <code>evaluate.every</code> in the
          config.
        </p>
      ) : (
        <div class="scroll" tabIndex={0} role="region" aria-label="Metrics by evaluation">
          <table>
            <thead>
              <tr>
                <th scope="col">evaluation</th>
                <th scope="col" class="number">
                  step
                </th>
                {metrics.map((metric) => (
                  <th key={metric} scope="col" class="number">
                    {metric}
                  </th>
                ))}
                <th scope="col">how</th>
              </tr>
            </thead>
            <tbody>
              {found.map(({ name, subject, numbers = {}, manifest = {} }) => (
                <tr key={name}>
                  <td>{name}</td>
                  <td class="number">{number(subject?.step)}</td>
                  {metrics.map((metric) => (
                    <td key={metric} class="number">
                      {number(numbers[metric])}
                    </td>
                  ))}
                  <td>
                    <details>
                      <summary>manifest</summary>
                      <table>
                        <tbody>
                          {['measurement', 'sampling', 'environment'].flatMap((part) =>
                            Object.entries(manifest[part] ?? {}).map(([key, value]) => (
                              <tr key={part + key}>
                                <th scope="row">{key}</th>
                                <td>
                                  <code>{String(value)}</code>
                                </td>
                              </tr>
                            )),
                          )}
                        </tbody>
                      </table>
                    </details>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
