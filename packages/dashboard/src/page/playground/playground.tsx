import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { Controls, firstState } from './controls.js';
import type { PlaygroundState } from './picture.js';
import type { Sampler } from './sampler.js';
import { Stage } from './stage.js';
import { useSampling } from './use-sampling.js';

interface PlaygroundProps {
  readonly sampler: Sampler;
  /** Controls of whoever shows it, above its own. */
  readonly children?: ComponentChildren;
}

/** Pick a class or mix two, truncate, walk between seeds or along directions, and take the picture with you. */
export function Playground({ sampler, children }: PlaygroundProps) {
  const [state, setState] = useState<PlaygroundState>(() => firstState(sampler.info));
  const sampling = useSampling(sampler, state);
  return (
    <div class="playground">
      <Controls
        info={sampler.info}
        state={state}
        set={(change) => setState((before) => ({ ...before, ...change }))}
      >
        {children}
      </Controls>
      <Stage info={sampler.info} state={state} sampling={sampling} />
    </div>
  );
}
