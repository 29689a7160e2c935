/** Which parts wait for which others while they are made: two that wait for each other would wait for ever. */
export class WaitGraph {
  private readonly waitsFor = new Map<string, Set<string>>();

  /**
   * Notes that a part waits for another.
   * @returns the circle that this would close, from the asker back to the asker; null where it closes none
   */
  begin(asker: string, needed: string): readonly string[] | null {
    const path = this.pathBetween(needed, asker, new Set());
    if (path) return [asker, ...path];
    const needs = this.waitsFor.get(asker) ?? new Set();
    this.waitsFor.set(asker, needs.add(needed));
    return null;
  }

  end(asker: string, needed: string): void {
    this.waitsFor.get(asker)?.delete(needed);
  }

  private pathBetween(from: string, to: string, seen: Set<string>): readonly string[] | null {
    if (from === to) return [to];
    if (seen.has(from)) return null;
    seen.add(from);
    for (const next of this.waitsFor.get(from) ?? []) {
      const rest = this.pathBetween(next, to, seen);
      if (rest) return [from, ...rest];
    }
    return null;
  }
}
