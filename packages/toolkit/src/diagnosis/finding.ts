/** One thing that `doctor` looked at. */
export interface Finding {
  readonly name: string;
  /** `missing` keeps everything from working, `warning` makes it slower or tighter, `optional` is not needed. */
  readonly status: 'ok' | 'warning' | 'missing' | 'optional';
  readonly found: string;
  /** What to do or type; null where nothing needs doing. */
  readonly fix: string | null;
}
