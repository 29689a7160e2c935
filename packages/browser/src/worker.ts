import { GeneratorHost } from './generator-host.js';
import type { WorkerAnswer, WorkerRequest } from './worker-protocol.js';

/** The part of a worker's scope that is used here; TypeScript has the page's and the worker's in one library only. */
interface WorkerScope {
  readonly location: { readonly href: string };
  postMessage(answer: WorkerAnswer, transfer?: ArrayBuffer[]): void;
  addEventListener(name: 'message', listener: (event: MessageEvent<WorkerRequest>) => void): void;
}

const scope = globalThis as unknown as WorkerScope;
const host = new GeneratorHost(
  (answer, buffers) => scope.postMessage(answer, buffers),
  () => performance.now(),
  new URL('.', scope.location.href).href,
);
scope.addEventListener('message', ({ data }) => host.receive(data));
