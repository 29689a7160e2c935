import { flat } from './words.js';

interface ConfigTableProps {
  readonly name: string;
  readonly config: unknown;
  /** Another run to compare with; then only what differs is shown. */
  readonly other?: { readonly name: string; readonly config: unknown } | null;
}

/** The config of a run, or what differs from another's. */
export function ConfigTable({ name, config, other = null }: ConfigTableProps) {
  const [own, theirs] = [flat(config), other ? flat(other.config) : null];
  const keys = [...new Set([...Object.keys(own), ...Object.keys(theirs ?? {})])].filter(
    (key) => key !== '' && (theirs === null || own[key] !== theirs[key]),
  );
  return (
    <section class="panel">
      <details open={other !== null}>
        <summary>{other ? `What differs from ${other.name}` : 'Config'}</summary>
        {keys.length === 0 ? (
          <p class="empty">
            {other ? 'Nothing: both have the same config.' : 'The config could not be read.'}
          </p>
        ) : (
          <div class="scroll" tabIndex={0} role="region" aria-label="Config">
            <table>
              <thead>
                <tr>
                  <th scope="col">option</th>
                  <th scope="col">{name}</th>
                  {other && <th scope="col">{other.name}</th>}
                </tr>
              </thead>
              <tbody>
                {keys.map((key) => (
                  <tr key={key}>
                    <th scope="row">{key}</th>
                    <td>
                      <code>{own[key] ?? '–'}</code>
                    </td>
                    {theirs && (
                      <td>
                        <code>{theirs[key] ?? '–'}</code>
                      </td>
                    )}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </details>
    </section>
  );
}
