/** Milliseconds of the clock that the toolkit hands out, which only goes forward. */
export async function monotonicClock(): Promise<() => number> {
  const { pluginHost } = await import('@ganymede/toolkit');
  return () => pluginHost.clock.monotonic();
}
