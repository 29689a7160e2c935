import type { ComponentChildren } from 'preact';
import type { PlaygroundState } from './picture.js';
import type { SamplerInfo } from './sampler.js';

export interface ControlsProps {
  readonly info: SamplerInfo;
  readonly state: PlaygroundState;
  readonly set: (change: Partial<PlaygroundState>) => void;
  /** Controls of whoever shows these, above them. */
  readonly children?: ComponentChildren;
}
