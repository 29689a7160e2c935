import { useEffect, useRef } from 'preact/hooks';
import { commandOf } from './command.js';
import { CopyButton } from './copy-button.js';
import { download, downloadPng, drawImages } from './draw-images.js';
import { gifOf } from './gif.js';
import { framesOf, pictureOf, type PlaygroundState } from './picture.js';
import type { SamplerInfo } from './sampler.js';
import type { Sampling } from './use-sampling.js';

interface StageProps {
  readonly info: SamplerInfo;
  readonly state: PlaygroundState;
  readonly sampling: Sampling;
}

/** The picture, and how to take it with you. */
export function Stage({ info, state, sampling }: StageProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { images, columns, isBusy, error } = sampling;
  useEffect(() => {
    if (images && canvas.current) drawImages(canvas.current, images, columns);
  }, [images]);
  const command = commandOf(info, state);
  const name = `${info.name}-${state.seed}`;
  const saveGif = (): void => {
    if (!images || !sampling.state) return;
    const picture = pictureOf(info, sampling.state);
    if (picture.kind === 'grid') return;
    download(new Blob([gifOf(images, framesOf(picture))], { type: 'image/gif' }), `${name}.gif`);
  };
  return (
    <div class="stage">
      {error && (
        <p class="notice error" role="alert">
          {error}
        </p>
      )}
      <canvas
        ref={canvas}
        width={info.width}
        height={info.height}
        role="img"
        aria-label={`Generated images: ${state.first}${state.share > 0 ? ` mixed with ${state.second}` : ''}, seed ${state.seed}`}
        aria-busy={isBusy}
        data-testid="images"
      />
      <p class="soft small" role="status">
        {told(sampling, info)}
      </p>
      <div class="row">
        <button
          type="button"
          disabled={!images}
          onClick={() => canvas.current && downloadPng(canvas.current, `${name}.png`)}
        >
          Download PNG
        </button>
        {state.mode !== 'grid' && (
          <button
            type="button"
            disabled={!images || isBusy || sampling.state?.mode === 'grid'}
            onClick={saveGif}
          >
            Download GIF
          </button>
        )}
        <CopyButton text={command} />
      </div>
      <pre tabIndex={0} aria-label="The command that makes the same picture">
        {command ?? 'The command line has no command for this picture: its statistics are of this export.'}
      </pre>
    </div>
  );
}

/** How the picture came about, in words. */
function told({ images, isBusy, error }: Sampling, { engine }: SamplerInfo): string {
  if (error) return '\u00a0';
  if (images === null || isBusy) return 'making images';
  const { count, milliseconds } = images;
  const rate = ((count * 1000) / Math.max(milliseconds, 1)).toFixed(1);
  return `${count} images in ${Math.round(milliseconds)} ms, ${rate} images/s by ${engine}`;
}
