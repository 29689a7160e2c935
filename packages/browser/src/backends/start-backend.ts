import { noBackend } from '../errors.js';
import {
  browserBackends,
  type BrowserBackend,
  type StartBackend,
  type StartOptions,
} from './browser-backend.js';
import { startCpu } from './cpu.js';
import { startWasm } from './wasm.js';
import { startWebgl } from './webgl.js';
import { startWebgpu } from './webgpu.js';

const starts: Readonly<Record<BrowserBackend, StartBackend>> = {
  webgpu: startWebgpu,
  webgl: startWebgl,
  wasm: startWasm,
  cpu: startCpu,
};

/**
 * Starts the first engine that runs here.
 * @param wanted - one that must be it, emulated or not; `auto`: webgpu, then webgl, then wasm, then plain JavaScript
 * @throws NO_BROWSER_BACKEND with the reason of each
 */
export async function startBackend(
  wanted: BrowserBackend | 'auto',
  { wasm }: Pick<StartOptions, 'wasm'>,
  available: Readonly<Record<BrowserBackend, StartBackend>> = starts,
): Promise<BrowserBackend> {
  const tried = wanted === 'auto' ? browserBackends : [wanted];
  const reasons: string[] = [];
  for (const name of tried) {
    const options = { wasm, emulated: wanted !== 'auto' };
    const reason = await available[name](options).catch((error: unknown) => `${name}: ${String(error)}`);
    if (reason === null) return name;
    reasons.push(reason);
  }
  throw noBackend(tried, reasons);
}
