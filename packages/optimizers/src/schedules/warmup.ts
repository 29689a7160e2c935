/**
 * Linear warm-up: step 0 trains at 1 / steps of the rate, step `steps - 1` and all later ones at the full rate.
 * @param step - 0 for the first
 */
export function warmup(step: number, steps: number): number {
  return step < steps ? (step + 1) / steps : 1;
}
