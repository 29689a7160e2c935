import type { ComponentChildren } from 'preact';

/** A control below its name. */
export function Field({
  id,
  label,
  children,
}: {
  readonly id: string;
  readonly label: string;
  readonly children: ComponentChildren;
}) {
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children}
    </div>
  );
}

export interface SliderProps {
  readonly id: string;
  readonly label: string;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  readonly value: number;
  /** The value in words. */
  readonly shown: string;
  readonly onChange: (value: number) => void;
}

export function Slider({ id, label, min, max, step, value, shown, onChange }: SliderProps) {
  return (
    <div class="field">
      <label for={id}>
        {label} <output for={id}>{shown}</output>
      </label>
      <input
        id={id}
        type="range"
        min={min}
        max={max}
        step={step}
        value={value}
        aria-valuetext={shown}
        onInput={(event) => onChange(Number(event.currentTarget.value))}
      />
    </div>
  );
}

export interface NumberFieldProps {
  readonly id: string;
  readonly label: string;
  /** What the buttons beside it do: one less, one more. */
  readonly names: readonly [string, string];
  readonly value: number;
  readonly onChange: (value: number) => void;
}

/** A whole number of at least 0, typed or stepped through. */
export function NumberField({ id, label, names: [before, next], value, onChange }: NumberFieldProps) {
  const take = (text: string): void => {
    const typed = Number(text);
    if (text !== '' && Number.isSafeInteger(typed) && typed >= 0) onChange(typed);
  };
  return (
    <Field id={id} label={label}>
      <div class="row">
        <button type="button" aria-label={before} disabled={value === 0} onClick={() => onChange(value - 1)}>
          ‹
        </button>
        <input
          id={id}
          type="number"
          min={0}
          step={1}
          value={value}
          onInput={(event) => take(event.currentTarget.value)}
        />
        <button type="button" aria-label={next} onClick={() => onChange(value + 1)}>
          ›
        </button>
      </div>
    </Field>
  );
}

export interface ChoiceProps<T extends string> {
  readonly label: string;
  readonly options: Readonly<Partial<Record<T, string>>>;
  readonly value: T;
  readonly onChange: (value: T) => void;
}

/** A few options side by side. */
export function Choice<T extends string>({ label, options, value, onChange }: ChoiceProps<T>) {
  return (
    <div class="field" role="group" aria-label={label}>
      <span class="label">{label}</span>
      <div class="group">
        {(Object.entries(options) as [T, string][]).map(([id, text]) => (
          <button key={id} type="button" aria-pressed={id === value} onClick={() => onChange(id)}>
            {text}
          </button>
        ))}
      </div>
    </div>
  );
}
