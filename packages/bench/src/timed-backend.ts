import type { Backend, CompiledStep, CompileOptions } from '@ganymede/core';

/** Seconds that each run of one compiled step took, the first (which compiles) before the others. */
export type StepSeconds = ReadonlyMap<string, readonly number[]>;

/**
 * A backend that notes how long its compiled steps run. One that is started while another runs waits for it, so its time
 * begins when the other ends.
 * @param now - milliseconds of a monotonic clock
 */
export function timedBackend(
  backend: Backend,
  now: () => number,
): { readonly backend: Backend; readonly seconds: StepSeconds } {
  const seconds = new Map<string, number[]>();
  let lastEnd = -Infinity;
  const timed = (compiled: CompiledStep, name: string): CompiledStep => ({
    run: async (inputs) => {
      const start = now();
      const outputs = await compiled.run(inputs);
      // A step is over when its values are there, which on some devices is later than when it returns.
      await Object.values(outputs)
        .find(({ rank }) => rank <= 1)
        ?.data();
      const end = now();
      const runs = seconds.get(name) ?? [];
      runs.push((end - Math.max(start, lastEnd)) / 1000);
      lastEnd = end;
      seconds.set(name, runs);
      return outputs;
    },
    dispose: () => compiled.dispose(),
  });
  const wrapped: Backend = {
    activate: () => backend.activate(),
    compile: (step, options: CompileOptions) => timed(backend.compile(step, options), options.name),
    ...(backend.startProfile && { startProfile: () => backend.startProfile!() }),
    dispose: () => backend.dispose(),
  };
  return { backend: wrapped, seconds };
}
