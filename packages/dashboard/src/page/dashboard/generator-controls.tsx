import type { PlaygroundAbout, PossibleAverage } from '../../playground/contract.js';
import { Choice, Field, Slider } from '../playground/fields.js';
import { number } from './words.js';

/** Which weights the page shows. */
export type WeightsKind = 'ema' | 'trained' | 'average';

interface GeneratorControlsProps {
  readonly about: PlaygroundAbout;
  readonly steps: readonly number[];
  /** Null follows the newest. */
  readonly step: number | null;
  readonly kind: WeightsKind;
  /** Lengths of averages that the snapshots give; empty until they are known. */
  readonly lengths: readonly PossibleAverage[];
  /** Which of them. */
  readonly length: number;
  readonly onStep: (step: number | null) => void;
  readonly onKind: (kind: WeightsKind) => void;
  readonly onLength: (length: number) => void;
}

/** Which checkpoint, and which of its weights. */
export function GeneratorControls({
  about,
  steps,
  step,
  kind,
  lengths,
  length,
  onStep,
  onKind,
  onLength,
}: GeneratorControlsProps) {
  const kinds = {
    ...(about.hasAverage && { ema: 'Average' }),
    ...(about.hasTrained && { trained: 'Trained' }),
    ...(about.snapshots > 0 && { average: 'Other length' }),
  };
  const chosen = lengths[length];
  return (
    <>
      {kind !== 'average' && (
        <Field id="checkpoint" label="Checkpoint">
          <select
            id="checkpoint"
            value={step === null ? '' : String(step)}
            onChange={({ currentTarget: { value } }) => onStep(value === '' ? null : Number(value))}
          >
            <option value="">newest, step {number(steps.at(-1))}</option>
            {[...steps].reverse().map((one) => (
              <option key={one} value={one}>
                step {number(one)}
              </option>
            ))}
          </select>
        </Field>
      )}
      {Object.keys(kinds).length > 1 && (
        <Choice label="Weights" options={kinds} value={kind} onChange={onKind} />
      )}
      {kind === 'average' && chosen && (
        <Slider
          id="length"
          label="Length of the average"
          min={0}
          max={lengths.length - 1}
          step={1}
          value={length}
          shown={`${chosen.sigmaRel} of training`}
          onChange={onLength}
        />
      )}
    </>
  );
}
