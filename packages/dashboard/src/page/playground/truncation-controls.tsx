import type { ControlsProps } from './controls-props.js';
import { Field, Slider } from './fields.js';
import type { Convention } from './sampler.js';

const conventions: Readonly<Record<Convention, string>> = {
  resample: 'resample: redrawn beyond it (the paper)',
  scaled: 'scaled: a normal cut at 2, times it (released models)',
  clamp: 'clamp: moved to it',
  std: 'std: standard deviation (BigGAN-PyTorch)',
};

/** A threshold, what it means, and whether statistics go with it. */
export function TruncationControls({ info, state, set }: Pick<ControlsProps, 'info' | 'state' | 'set'>) {
  const { tables } = info;
  const hasStatistics =
    tables !== null &&
    state.truncated &&
    state.convention === tables.convention &&
    state.threshold >= tables.thresholds[0]! &&
    state.threshold <= tables.thresholds.at(-1)!;
  return (
    <>
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
      {hasStatistics && (
        <label>
          <input
            type="checkbox"
            checked={state.ofTruncation}
            onChange={(event) => set({ ofTruncation: event.currentTarget.checked })}
          />{' '}
          statistics of this truncation
        </label>
      )}
    </>
  );
}
