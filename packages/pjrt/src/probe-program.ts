/** The process of `probePlugin`: arguments are the plugin and whether its devices are opened. */
import { PjrtError } from './errors.js';
import { Plugin } from './plugin.js';
import type { ProbeMessage } from './probe.js';
import { clientOptionsOf } from './platforms.js';

const send = (message: ProbeMessage): void => void process.send?.(message);

async function probe(file: string, open: boolean): Promise<void> {
  const plugin = Plugin.load(file);
  send({ apiVersion: plugin.apiVersion });
  if (!open) return;
  const client = await plugin.createClient({ options: clientOptionsOf(file) });
  const devices = client.devices.map((device) => ({
    kind: device.kind,
    memory: device.memory()?.limit ?? null,
  }));
  send({ devices, version: client.platformVersion.split('\n')[0]!.slice(0, 200) });
}

const [file = '', open] = process.argv.slice(2);
// The parent ends this process when it has its answer.
const idle = setInterval(() => undefined, 1000);
void probe(file, open === 'true').catch((error: unknown) => {
  clearInterval(idle);
  const code = error instanceof PjrtError ? error.code : 'UNEXPECTED';
  send({ refusal: { code, message: error instanceof Error ? error.message : String(error) } });
});
