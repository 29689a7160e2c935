export interface TrainingEvent {
  readonly step: number;
  readonly [key: string]: unknown;
}

/** Where the events of a run go. */
export interface Reporter {
  report(event: TrainingEvent): void;
  close(): Promise<void>;
}
