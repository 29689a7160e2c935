import { availableParallelism, totalmem } from 'node:os';
import type { BackendDescription, ComponentChoice, Components } from '@ganymede/core';
import { openBackend, resolvePrecision } from '@ganymede/runs';

/** What a machine trains with. */
export interface MachineFacts {
  /** Of the processor. */
  readonly threads: number;
  readonly memoryBytes: number;
  readonly engine: BackendDescription;
  /** A device other than the processor trains. */
  readonly isAccelerated: boolean;
  /** What `precision: auto` takes here. */
  readonly precision: 'float32' | 'bfloat16';
  /** Why a faster engine is not there, and what the doctor says of devices that no engine uses. */
  readonly notes: readonly string[];
}

/** @param notes - what is known besides */
export async function surveyMachine(
  components: Components,
  backend: ComponentChoice,
  notes: readonly string[] = [],
): Promise<MachineFacts> {
  const opened = await openBackend(components, backend);
  const engine = opened.description;
  opened.backend.dispose();
  return {
    threads: availableParallelism(),
    memoryBytes: totalmem(),
    engine,
    isAccelerated: engine.device !== 'cpu',
    precision: resolvePrecision('auto', engine),
    notes: [...(opened.note === null ? [] : [opened.note]), ...notes],
  };
}
