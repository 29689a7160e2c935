import { render } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import 'uplot/dist/uPlot.min.css';
import '../style/base.css';
import '../style/dashboard.css';
import '../style/playground.css';
import { RunPage } from './run-page.js';
import { RunPlayground } from './run-playground.js';
import { RunsPage } from './runs-page.js';
import { openSession } from './server.js';

interface Place {
  readonly run: string | null;
  readonly other: string | null;
  /** Whether the run's playground is shown. */
  readonly plays: boolean;
}

function placeOf(hash: string): Place {
  const [, run, other, plays] = /^#\/runs\/([^/]+)(?:\/with\/([^/]+)|\/(playground))?$/.exec(hash) ?? [];
  return {
    run: run === undefined ? null : decodeURIComponent(run),
    other: other === undefined ? null : decodeURIComponent(other),
    plays: plays !== undefined,
  };
}

function App() {
  const [place, setPlace] = useState(placeOf(location.hash));
  useEffect(() => {
    const follow = (): void => setPlace(placeOf(location.hash));
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);
  useEffect(() => {
    const name = place.plays ? 'playground' : 'Ganymede';
    document.title = place.run === null ? 'Ganymede' : `${place.run}: ${name}`;
  }, [place.run, place.plays]);
  return (
    <div class="shell">
      <header class="bar">
        <nav aria-label="Pages">
          <a href="#/">Ganymede</a>
        </nav>
      </header>
      <main class="content">
        {place.run === null ? (
          <RunsPage />
        ) : place.plays ? (
          <RunPlayground key={place.run} id={place.run} />
        ) : (
          <RunPage key={place.run} id={place.run} other={place.other} />
        )}
      </main>
    </div>
  );
}

void openSession()
  .catch(() => undefined)
  .then(() => render(<App />, document.getElementById('page')!));
