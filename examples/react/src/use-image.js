import { useEffect, useState } from 'react';
import { generate, imageData, load } from 'generator';

// Once for the page: `?backend=wasm` chooses the engine.
const backend = new URLSearchParams(location.search).get('backend') ?? 'auto';
let loading;

/** A load that failed is not kept: the network may be back. */
const loaded = () =>
  (loading ??= load({ backend }).catch((error) => {
    loading = undefined;
    throw error;
  }));

/** The image of a class and a seed, and what tries again; a request that is not wanted any more is ended. */
export function useImage(name, seed) {
  const [state, setState] = useState({ image: null, error: null });
  const [tries, setTries] = useState(0);
  useEffect(() => {
    const abort = new AbortController();
    loaded()
      .then(() => generate({ class: name, seed }, { signal: abort.signal }))
      .then(
        (images) => setState({ image: Object.assign(imageData(images, 0), { name, seed }), error: null }),
        (error) => abort.signal.aborted || setState({ image: null, error: error.message }),
      );
    return () => abort.abort();
  }, [name, seed, tries]);
  const again = () => {
    setState({ image: null, error: null });
    setTries(tries + 1);
  };
  return { ...state, again };
}
