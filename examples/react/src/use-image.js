import { useEffect, useState } from 'react';
import { generate, imageData, load } from 'generator';

// Once for the page: `?backend=wasm` chooses the engine.
const backend = new URLSearchParams(location.search).get('backend') ?? 'auto';
let loading;

/** The image of a class and a seed; a request that is not wanted any more is ended. */
export function useImage(name, seed) {
  const [state, setState] = useState({ image: null, error: null });
  useEffect(() => {
    const abort = new AbortController();
    (loading ??= load({ backend }))
      .then(() => generate({ class: name, seed }, { signal: abort.signal }))
      .then(
        (images) => setState({ image: Object.assign(imageData(images, 0), { name, seed }), error: null }),
        (error) => abort.signal.aborted || setState({ image: null, error: error.message }),
      );
    return () => abort.abort();
  }, [name, seed]);
  return state;
}
