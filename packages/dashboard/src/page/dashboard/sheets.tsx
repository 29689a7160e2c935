import { useState } from 'preact/hooks';
import { Slider } from '../playground/fields.js';
import { sheetAddress } from './server.js';
import { number } from './words.js';

/** The same latents at every step: drag back to see how they came about. */
export function Sheets({ run, names }: { readonly run: string; readonly names: readonly string[] }) {
  // Null follows the newest.
  const [chosen, setChosen] = useState<number | null>(null);
  if (names.length === 0)
    return (
      <section class="panel">
        <h2>Samples</h2>
        <p class="empty">
          No sheet yet. <code>sample.every</code> in the config says after how many steps one is made.
        </p>
      </section>
    );
  const at = Math.min(chosen ?? names.length - 1, names.length - 1);
  const name = names[at]!;
  const step = number(Number(name.replace('.png', '')));
  return (
    <section class="panel sheet">
      <h2>Samples at step {step}</h2>
      <img
        src={sheetAddress(run, name)}
        alt={`Sheet of samples at step ${step}, a class a row`}
        data-testid="sheet"
      />
      {names.length > 1 && (
        <Slider
          id="sheet"
          label="Step"
          min={0}
          max={names.length - 1}
          step={1}
          value={at}
          shown={step}
          onChange={(value) => setChosen(value === names.length - 1 ? null : value)}
        />
      )}
    </section>
  );
}
