import { render } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import '../style/base.css';
import '../style/playground.css';
import { browserSampler } from './browser-sampler.js';
import { Playground } from './playground.js';
import type { Sampler } from './sampler.js';

type Loading =
  | { readonly kind: 'loading'; readonly loaded: number; readonly total: number }
  | { readonly kind: 'failed'; readonly message: string; readonly hint: string | undefined }
  | { readonly kind: 'ready'; readonly sampler: Sampler };

/** `?backend=wasm` asks for an engine; without it the page takes what runs here. */
const wanted = new URLSearchParams(location.search).get('backend') ?? 'auto';

function Page() {
  const [loading, setLoading] = useState<Loading>({ kind: 'loading', loaded: 0, total: 0 });
  useEffect(() => {
    browserSampler('generator/', {
      backend: wanted as 'auto',
      onProgress: (loaded, total) => setLoading({ kind: 'loading', loaded, total }),
    }).then(
      (sampler) => {
        document.title = `${sampler.info.name}: playground`;
        setLoading({ kind: 'ready', sampler });
      },
      (error: unknown) => {
        const { message, hint } = error as { readonly message: string; readonly hint?: string };
        setLoading({ kind: 'failed', message, hint });
      },
    );
  }, []);
  if (loading.kind === 'ready') {
    const { info } = loading.sampler;
    return (
      <main class="standalone">
        <header>
          <h1>{info.name}</h1>
          <p class="soft">
            {info.classes.length} classes, {info.width}×{info.height} pixels, {info.step} training steps.
            Images are made in your browser; nothing is sent. <a href="README.md">Model card</a>
          </p>
        </header>
        <Playground sampler={loading.sampler} />
      </main>
    );
  }
  if (loading.kind === 'failed')
    return (
      <main class="standalone">
        <h1>The generator did not load</h1>
        <div class="notice error" role="alert">
          <p>{loading.message}</p>
          {loading.hint && <p>{loading.hint}</p>}
        </div>
      </main>
    );
  const { loaded, total } = loading;
  return (
    <main class="standalone">
      <h1>Loading the generator</h1>
      <progress aria-label="Bytes loaded" value={loaded} max={Math.max(total, 1)} />
      <p class="soft">
        {(loaded / 1e6).toFixed(1)} of {(total / 1e6).toFixed(1)} MB
      </p>
    </main>
  );
}

render(<Page />, document.getElementById('page')!);
