import { render } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import 'uplot/dist/uPlot.min.css';
import '../style/base.css';
import '../style/dashboard.css';
import { RunPage } from './run-page.js';
import { RunsPage } from './runs-page.js';
import { openSession } from './server.js';

interface Place {
  readonly run: string | null;
  readonly other: string | null;
}

function placeOf(hash: string): Place {
  const [, run, other] = /^#\/runs\/([^/]+)(?:\/with\/([^/]+))?$/.exec(hash) ?? [];
  return {
    run: run === undefined ? null : decodeURIComponent(run),
    other: other === undefined ? null : decodeURIComponent(other),
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
    document.title = place.run === null ? 'Ganymede' : `${place.run}: Ganymede`;
  }, [place.run]);
  return (
    <div class="shell">
      <header class="bar">
        <nav aria-label="Pages">
          <a href="#/">Ganymede</a>
        </nav>
      </header>
      <main class="content">
        {place.run === null ? <RunsPage /> : <RunPage key={place.run} id={place.run} other={place.other} />}
      </main>
    </div>
  );
}

void openSession()
  .catch(() => undefined)
  .then(() => render(<App />, document.getElementById('page')!));
