import { useEffect, useRef, useState } from 'preact/hooks';
import { commandOf, type PlaygroundState } from './command.js';
import { Field, Slider, Choice } from './fields.js';
import { downloadPng, drawImages } from './draw-images.js';
import type { Convention, Sampler } from './sampler.js';
import { useSampling } from './use-sampling.js';

const conventions: Readonly<Record<Convention, string>> = {
  resample: 'resample: redrawn beyond it (the paper)',
  scaled: 'scaled: a normal cut at 2, times it (released models)',
  clamp: 'clamp: moved to it',
  std: 'std: standard deviation (BigGAN-PyTorch)',
};

const modes = { grid: 'Grid', walk: 'Between two', direction: 'Directions' } as const;

/** Pick a class or mix two, truncate, walk between seeds or along directions, and take the picture with you. */
export function Playground({ sampler }: { readonly sampler: Sampler }) {
  const { info } = sampler;
  const [state, setState] = useState<PlaygroundState>({
    mode: 'grid',
    first: info.classes[0]!,
    second: info.classes[Math.min(1, info.classes.length - 1)]!,
    share: 0,
    truncated: false,
    convention: (info.tables?.convention as Convention | undefined) ?? 'resample',
    threshold: 0.7,
    ofTruncation: false,
    seed: 0,
    otherSeed: 1,
    side: 4,
    direction: 0,
    extent: 3,
  });
  const set = (change: Partial<PlaygroundState>): void => setState((before) => ({ ...before, ...change }));
  const sampling = useSampling(sampler, state);
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    if (sampling.images && canvas.current) drawImages(canvas.current, sampling.images, sampling.columns);
  }, [sampling.images]);
  const command = commandOf(info, state);
  const { images, isBusy, error } = sampling;
  const told = error
    ? ''
    : images === null || isBusy
      ? 'making images'
      : `${images.count} images in ${Math.round(images.milliseconds)} ms, ${((images.count * 1000) / Math.max(images.milliseconds, 1)).toFixed(1)} images/s by ${info.engine}`;
  const tables = info.tables;
  return (
    <div class="playground">
      <form class="controls panel" onSubmit={(event) => event.preventDefault()} aria-label="What is drawn">
        <Choice
          label="Mode"
          options={info.directions.length > 0 ? modes : { grid: modes.grid, walk: modes.walk }}
          value={state.mode}
          onChange={(mode) => set({ mode })}
        />
        <Field id="first" label="Class">
          <ClassSelect
            id="first"
            classes={info.classes}
            value={state.first}
            onChange={(first) => set({ first })}
          />
        </Field>
        {info.classes.length > 1 && (
          <>
            <Slider
              id="share"
              label="Mixed with another"
              min={0}
              max={1}
              step={0.05}
              value={state.share}
              shown={`${Math.round(state.share * 100)} %`}
              onChange={(share) => set({ share })}
            />
            {state.share > 0 && (
              <Field id="second" label="The other class">
                <ClassSelect
                  id="second"
                  classes={info.classes}
                  value={state.second}
                  onChange={(second) => set({ second })}
                />
              </Field>
            )}
          </>
        )}
        <Slider
          id="threshold"
          label="Truncation"
          min={0.05}
          max={2.05}
          step={0.05}
          value={state.truncated ? state.threshold : 2.05}
          shown={state.truncated ? state.threshold.toFixed(2) : 'none'}
          onChange={(value) =>
            set(value > 2 ? { truncated: false } : { truncated: true, threshold: Number(value.toFixed(2)) })
          }
        />
        <Field id="convention" label="Which means">
          <select
            id="convention"
            value={state.convention}
            onChange={(event) => set({ convention: event.currentTarget.value as Convention })}
          >
            {Object.entries(conventions).map(([id, text]) => (
              <option key={id} value={id}>
                {text}
              </option>
            ))}
          </select>
        </Field>
        {tables &&
          state.truncated &&
          state.convention === tables.convention &&
          state.threshold >= tables.thresholds[0]! &&
          state.threshold <= tables.thresholds.at(-1)! && (
            <label>
              <input
                type="checkbox"
                checked={state.ofTruncation}
                onChange={(event) => set({ ofTruncation: event.currentTarget.checked })}
              />{' '}
              statistics of this truncation
            </label>
          )}
        <Field id="seed" label="Seed">
          <div class="row">
            <button
              type="button"
              aria-label="Seed before"
              disabled={state.seed === 0}
              onClick={() => set({ seed: state.seed - 1 })}
            >
              ‹
            </button>
            <input
              id="seed"
              type="number"
              min={0}
              step={1}
              value={state.seed}
              onInput={(event) => whole(event.currentTarget.value, (seed) => set({ seed }))}
            />
            <button type="button" aria-label="Next seed" onClick={() => set({ seed: state.seed + 1 })}>
              ›
            </button>
          </div>
        </Field>
        {state.mode === 'grid' && (
          <Choice
            label="Images"
            options={{ '1': '1', '2': '4', '4': '16', '6': '36' }}
            value={String(state.side)}
            onChange={(side) => set({ side: Number(side) })}
          />
        )}
        {state.mode === 'walk' && (
          <Field id="other" label="To seed">
            <input
              id="other"
              type="number"
              min={0}
              step={1}
              value={state.otherSeed}
              onInput={(event) => whole(event.currentTarget.value, (otherSeed) => set({ otherSeed }))}
            />
          </Field>
        )}
        {state.mode === 'direction' && (
          <>
            <Field id="direction" label="Direction">
              <select
                id="direction"
                value={state.direction}
                onChange={(event) => set({ direction: Number(event.currentTarget.value) })}
              >
                {info.directions.map(({ name }, i) => (
                  <option key={name} value={i}>
                    {name}
                  </option>
                ))}
              </select>
            </Field>
            <Slider
              id="extent"
              label="How far to both sides"
              min={0.5}
              max={6}
              step={0.5}
              value={state.extent}
              shown={`${state.extent} deviations`}
              onChange={(extent) => set({ extent })}
            />
          </>
        )}
      </form>
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
          {told || '\u00a0'}
        </p>
        <div class="row">
          <button
            type="button"
            disabled={!images}
            onClick={() => canvas.current && downloadPng(canvas.current, `${info.name}-${state.seed}.png`)}
          >
            Download PNG
          </button>
          <CopyButton text={command} />
        </div>
        <pre tabIndex={0} aria-label="The command that makes the same picture">
          {command ??
            'The command line has no command for this picture: ganymede interpolate and ganymede analyze directions make others like it.'}
        </pre>
      </div>
    </div>
  );
}

/** Calls back where the text is a seed. */
function whole(text: string, then: (value: number) => void): void {
  const value = Number(text);
  if (text !== '' && Number.isSafeInteger(value) && value >= 0) then(value);
}

function ClassSelect({
  id,
  classes,
  value,
  onChange,
}: {
  readonly id: string;
  readonly classes: readonly string[];
  readonly value: string;
  readonly onChange: (value: string) => void;
}) {
  return (
    <select id={id} value={value} onChange={(event) => onChange(event.currentTarget.value)}>
      {classes.map((name) => (
        <option key={name} value={name}>
          {name}
        </option>
      ))}
    </select>
  );
}

function CopyButton({ text }: { readonly text: string | null }) {
  const [copied, setCopied] = useState<string | null>(null);
  const copy = (): void => {
    if (text === null) return;
    // A page that is not on this machine or on https has no clipboard; the text stands below to be marked by hand.
    navigator.clipboard?.writeText(text).then(
      () => setCopied(text),
      () => setCopied(null),
    );
  };
  return (
    <button type="button" disabled={text === null} onClick={copy}>
      {copied !== null && copied === text ? 'Copied' : 'Copy the command'}
    </button>
  );
}
