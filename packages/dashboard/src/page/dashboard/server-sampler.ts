import type { PictureShape, PlaygroundAbout, WantedGenerator } from '../../playground/contract.js';
import { shapeHeader } from '../../playground/shape-header.js';
import { pictureOf } from '../playground/picture.js';
import type { SampledImages, Sampler } from '../playground/sampler.js';
import { postForBytes, runPath } from './server.js';

/** This page, among those that ask one server. */
const client = crypto.getRandomValues(new Uint32Array(3)).join('-');

/** Body of a request to the playground of a run. */
export const asked = (request: object): string => JSON.stringify({ client, ...request });

interface ServerGenerator {
  /** Id of the run. */
  readonly id: string;
  /** The run as the CLI takes it. */
  readonly run: string;
  readonly wanted: WantedGenerator;
  readonly about: PlaygroundAbout;
  /** For an average of another length: the run that `ganymede ema` writes. */
  readonly averageRun: string | null;
}

/** A generator of a run, on the machine that serves the page. */
export function serverSampler({ id, run, wanted, about, averageRun }: ServerGenerator): Sampler {
  const { step, weights, classes, width, height, directions, engine } = about;
  const info = {
    name: id,
    ...{ classes, width, height, step, weights, directions, run, averageRun },
    tables: null,
    engine: `${engine}, at low priority`,
  };
  // The checkpoint that was opened: the newest may be another by now.
  const opened: WantedGenerator = { step, weights: wanted.weights };
  return {
    info,
    draw: async (state, signal) => {
      const body = asked({ wanted: opened, picture: pictureOf(info, state) });
      const { bytes, headers } = await postForBytes(`${runPath(id)}/playground/picture`, body, signal);
      return withAlpha(bytes, JSON.parse(headers.get(shapeHeader)!) as PictureShape);
    },
  };
}

/** Grey, RGB or RGBA as RGBA. */
function withAlpha(
  bytes: Uint8Array,
  { count, width, height, channels, milliseconds }: PictureShape,
): SampledImages {
  const pixels = new Uint8ClampedArray(count * width * height * 4);
  for (let i = 0, from = 0; i < pixels.length; i += 4, from += channels) {
    for (let channel = 0; channel < 3; channel++)
      pixels[i + channel] = bytes[from + (channels === 1 ? 0 : channel)]!;
    pixels[i + 3] = channels === 4 ? bytes[from + 3]! : 255;
  }
  return { count, width, height, pixels, milliseconds };
}
