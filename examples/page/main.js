import { classes, generate, imageData, load } from 'generator';

const choice = document.querySelector('#class');
const seed = document.querySelector('#seed');
const canvas = document.querySelector('#image');
const status = document.querySelector('#status');

choice.append(...classes.map((name) => new Option(name)));

async function show() {
  const images = await generate({ class: choice.value, seed: seed.valueAsNumber });
  canvas.width = images.width;
  canvas.height = images.height;
  canvas.getContext('2d').putImageData(imageData(images, 0), 0, 0);
  status.textContent = `${choice.value}, seed ${seed.value}`;
}

/** What went wrong stands in the page. */
const shown = (work) => work.catch((error) => (status.textContent = error.message));

document.querySelector('form').addEventListener('change', () => shown(show()));
document.querySelector('form').addEventListener('submit', (event) => event.preventDefault());

// `?backend=wasm` chooses the engine; without it the first that runs here is taken.
const backend = new URLSearchParams(location.search).get('backend') ?? 'auto';
const onProgress = (loaded, total) =>
  (status.textContent = `Loading: ${Math.round((100 * loaded) / total)} %`);
shown(load({ backend, onProgress }).then(show));
