/** The form that bundlers know: they take the file along. */
export function startWorker(): Worker {
  return new Worker(new URL('./worker.js', import.meta.url), { type: 'module', name: 'ganymede-generator' });
}
