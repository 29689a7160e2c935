export { NonFinite, nonFinite } from './non-finite.js';
export { Spectrum, spectrum, type SpectrumEvent } from './spectrum.js';
export { Probe, probe, type ProbeEvent } from './probe.js';
export { Clamp, clamp, type ClampTarget } from './clamp.js';
export { CollapseGuard, collapseGuard, type CollapseGuardOptions } from './collapse-guard.js';
