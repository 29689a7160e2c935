import { ClassSelect } from './class-select.js';
import type { ControlsProps } from './controls-props.js';
import { Choice, Field, NumberField, Slider } from './fields.js';
import { directionOf, type PlaygroundState } from './picture.js';
import type { Convention, SamplerInfo } from './sampler.js';
import { TruncationControls } from './truncation-controls.js';

const modes = { grid: 'Grid', walk: 'Between two', direction: 'Directions' } as const;

/** What the controls say before anybody moves them. */
export const firstState = ({ classes, tables }: SamplerInfo): PlaygroundState => ({
  mode: 'grid',
  first: classes[0]!,
  second: classes[Math.min(1, classes.length - 1)]!,
  share: 0,
  truncated: false,
  convention: (tables?.convention as Convention | undefined) ?? 'resample',
  threshold: 0.7,
  ofTruncation: false,
  seed: 0,
  otherSeed: 1,
  side: 4,
  steps: 16,
  direction: '',
  extent: 3,
});

/** Everything that a picture depends on. */
export function Controls({ info, state, set, children }: ControlsProps) {
  return (
    <form class="controls panel" onSubmit={(event) => event.preventDefault()} aria-label="What is drawn">
      {children}
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
      <TruncationControls info={info} state={state} set={set} />
      <NumberField
        id="seed"
        label="Seed"
        names={['Seed before', 'Next seed']}
        value={state.seed}
        onChange={(seed) => set({ seed })}
      />
      {state.mode === 'grid' && (
        <Choice
          label="Images"
          options={{ '1': '1', '2': '4', '4': '16', '6': '36' }}
          value={String(state.side)}
          onChange={(side) => set({ side: Number(side) })}
        />
      )}
      {state.mode === 'walk' && <WalkControls state={state} set={set} />}
      {state.mode === 'direction' && <DirectionControls info={info} state={state} set={set} />}
    </form>
  );
}

function WalkControls({ state, set }: Pick<ControlsProps, 'state' | 'set'>) {
  return (
    <>
      <NumberField
        id="other"
        label="To seed"
        names={['Other seed before', 'Next other seed']}
        value={state.otherSeed}
        onChange={(otherSeed) => set({ otherSeed })}
      />
      <Choice
        label="Images"
        options={{ '8': '8', '16': '16', '32': '32' }}
        value={String(state.steps)}
        onChange={(steps) => set({ steps: Number(steps) })}
      />
    </>
  );
}

function DirectionControls({ info, state, set }: Pick<ControlsProps, 'info' | 'state' | 'set'>) {
  return (
    <>
      <Field id="direction" label="Direction">
        <select
          id="direction"
          value={directionOf(info, state)}
          onChange={(event) => set({ direction: event.currentTarget.value })}
        >
          {info.directions.map((name) => (
            <option key={name} value={name}>
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
  );
}
