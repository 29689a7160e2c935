import { Value } from './block.js';
import type { BodyOp, Exchange } from './body-steps.js';
import { badModule } from './errors.js';
import type { FunctionBuilder } from './function-builder.js';
import { functionText, type Donation } from './function-text.js';
import type { ModuleBuilder } from './module-builder.js';

/** A part of a module that runs whole, and what is exchanged when it has run. */
export interface Stage {
  readonly text: string;
  /** Values of its arguments: arguments of the module, results of stages before, and what exchanges brought back. */
  readonly takes: readonly Value[];
  /** Values of its first results: what later stages take, and what is exchanged. */
  readonly gives: readonly Value[];
  /** Which of the module's results its further results are. */
  readonly finals: readonly number[];
  readonly exchanges: readonly Exchange[];
  /** Of what it takes, what gives its memory away: nothing later may read it. */
  readonly donated: readonly Value[];
}

/**
 * A module with exchanges as the programs that it has to be: an op is in the first stage in which all that it takes is there, so that
 * there are no more of them than exchanges that wait for one another, and exchanges that do not are made together. What is
 * taken for the last time is donated, arguments of the module only where they are and in the last stage: until then they are as they were. Ops without operands are in every stage that uses them.
 * A module without exchanges is one stage.
 * @throws BAD_MODULE as its text, and where one with exchanges is divided over devices
 */
export function stagesOf(module: ModuleBuilder): readonly Stage[] {
  const main = module.mainFunction;
  const exchanges = main.steps.filter((step) => 'how' in step);
  if (exchanges.length === 0) {
    const finals = main.resultValues.map((_, i) => i);
    const takes = main.argumentValues;
    const donated = takes.filter((value) => main.donationOf(value) !== undefined);
    return [{ text: String(module), takes, gives: [], finals, exchanges: [], donated }];
  }
  if (module.partitions * module.replicas > 1)
    throw badModule(
      `stages of ${module.name}`,
      'a module for one device',
      `one for ${module.partitions * module.replicas}`,
    );
  const plan = new Plan(main);
  return plan.parts.map(({ takes, gives, finals, exchanges }, i) => ({
    text: module.textWith(`${module.name}_${i}`, stageText(main, plan, i)),
    ...{ takes, gives, finals, exchanges },
    donated: takes.filter((value) => plan.donation(value, i) !== undefined),
  }));
}

interface Part {
  readonly ops: readonly BodyOp[];
  readonly exchanges: readonly Exchange[];
  readonly takes: readonly Value[];
  readonly gives: readonly Value[];
  readonly finals: readonly number[];
}

/** Which op is in which stage, and what goes from one to another. */
class Plan {
  readonly parts: readonly Part[];
  /** Ops without operands, by their results. */
  private readonly free = new Map<Value, BodyOp>();
  /** The first stage in which a value is there; arguments are from the start. */
  private readonly levels = new Map<Value, number>();
  /** The last stage that takes a value. */
  private readonly lasts = new Map<Value, number>();
  /** The stage in which an op makes a value. */
  private readonly makers = new Map<Value, number>();

  constructor(private readonly main: FunctionBuilder) {
    const ops: BodyOp[][] = [[]];
    const exchanges: Exchange[][] = [[]];
    for (const step of main.steps) {
      if ('how' in step) {
        const level = this.levelOf(step.given);
        exchanges[level]!.push(step);
        this.levels.set(step.result, level + 1);
        ops[level + 1] ??= [];
        exchanges[level + 1] ??= [];
      } else if (step.operands.length === 0) {
        for (const result of step.results) this.free.set(result, step);
      } else {
        const level = Math.max(...step.operands.map((operand) => this.levelOf(operand)));
        ops[level]!.push(step);
        for (const result of step.results) {
          this.levels.set(result, level);
          this.makers.set(result, level);
        }
      }
    }
    const results = main.resultValues;
    const last = ops.length - 1;
    // What no op makes, the last stage hands through.
    const finalAt = results.map((value) => this.makers.get(value) ?? last);
    const taken = ops.map((own, i) => this.takenBy(own, exchanges[i]!, i));
    results.forEach((value, r) => {
      if (!this.makers.has(value) && !this.free.has(value)) taken[finalAt[r]!]!.add(value);
    });
    taken.forEach((values, i) => values.forEach((value) => this.lasts.set(value, i)));
    const crosses = new Set(taken.flatMap((values) => [...values]));
    this.parts = ops.map((own, i) => {
      const given = new Set(exchanges[i]!.map((one) => one.given));
      for (const op of own) for (const result of op.results) if (crosses.has(result)) given.add(result);
      return {
        ops: own,
        exchanges: exchanges[i]!,
        takes: [...taken[i]!],
        gives: [...given],
        finals: finalAt.flatMap((at, r) => (at === i ? [r] : [])),
      };
    });
  }

  /** Whether a stage may have the memory of what it takes: for which of the module's results, for any (`null`), or not at all. */
  donation(value: Value, stage: number): Donation {
    if (this.lasts.get(value) !== stage) return undefined;
    if (!this.main.argumentValues.includes(value)) return null;
    return stage === this.parts.length - 1 ? this.main.donationOf(value) : undefined;
  }

  /** Ops of a stage in the order of the body, those without operands that it uses among them. */
  opsOf(stage: number): readonly BodyOp[] {
    const { ops, gives, finals } = this.parts[stage]!;
    const used = [
      ...ops.flatMap(({ operands }) => operands),
      ...gives,
      ...finals.map((r) => this.main.resultValues[r]!),
    ];
    const free = new Set(used.flatMap((value) => this.free.get(value) ?? []));
    return [...free, ...ops].sort((a, b) => a.first - b.first);
  }

  private levelOf(value: Value): number {
    return this.levels.get(value) ?? 0;
  }

  /** What a stage takes from outside of it. */
  private takenBy(ops: readonly BodyOp[], exchanges: readonly Exchange[], stage: number): Set<Value> {
    const used = [...ops.flatMap(({ operands }) => operands), ...exchanges.map(({ given }) => given)];
    return new Set(used.filter((value) => !this.free.has(value) && this.makers.get(value) !== stage));
  }
}

function stageText(main: FunctionBuilder, plan: Plan, stage: number): string {
  const { takes, gives, finals } = plan.parts[stage]!;
  // One result of several, `%3#1`, is no name of an argument.
  const names = new Map(takes.map((value) => [value.name, value.name.replace('#', '_')]));
  const renamed = (text: string): string => {
    if (!text.includes('#')) return text;
    return text.replace(/%\w+#\d+/g, (name) => names.get(name) ?? name);
  };
  const shown = (value: Value): Value => new Value(renamed(value.name), value.type, value.block);
  const results = [...gives, ...finals.map((r) => main.resultValues[r]!)];
  return functionText(main, {
    arguments: takes.map((value) => ({
      value: shown(value),
      donation: within(plan.donation(value, stage), [...gives.map(() => null), ...finals]),
    })),
    lines: plan
      .opsOf(stage)
      .flatMap(({ first, end }) => main.body.lines.slice(first, end))
      .map(renamed),
    results: results.map((value) => ({ value: shown(value) })),
  });
}

/**
 * A donation by results of a stage.
 * @param results - which of the module's each is, null where it is none
 */
function within(donation: Donation, results: readonly (number | null)[]): Donation {
  if (typeof donation !== 'number') return donation;
  const at = results.indexOf(donation);
  return at < 0 ? null : at;
}
