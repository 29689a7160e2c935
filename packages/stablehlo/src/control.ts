import type { Value } from './block.js';
import { badAttribute, badModule, typeMismatch } from './errors.js';
import type { FunctionBuilder } from './function-builder.js';
import { genericOp, signatureText } from './generic-op.js';
import { checkResults } from './reduce.js';
import { sameType, tensorType, typeText } from './tensor-type.js';

/**
 * Does one of two things. Both may use every value around them.
 * @param predicate - a truth value
 * @param onTrue - gives values; `onFalse` gives as many of the same types
 */
export function ifElse(
  predicate: Value,
  onTrue: () => readonly Value[],
  onFalse: () => readonly Value[],
): readonly Value[] {
  checkType('if', predicate, 'i1');
  return branch('if', predicate, [onTrue, onFalse]);
}

/**
 * Does one of several things.
 * @param index - an int32; out of range: the last
 */
export function switchCase(index: Value, branches: readonly (() => readonly Value[])[]): readonly Value[] {
  checkType('case', index, 'i32');
  if (branches.length === 0) throw badAttribute('case', 'one branch or more', 'none');
  return branch('case', index, branches);
}

function branch(op: string, index: Value, branches: readonly (() => readonly Value[])[]): readonly Value[] {
  const sink = index.block.owner;
  const regions = branches.map((build) => sink.region('open', [], build));
  const [{ results }] = regions as [(typeof regions)[number]];
  for (const region of regions) checkResults(op, region.results, results);
  const types = results.map(({ type }) => type);
  return genericOp(sink, op, [index], types, {}, regions);
}

/**
 * Repeats while a condition holds. Both functions may use every value around them.
 * @param initials - what the loop carries
 * @param condition - gets what is carried, gives a truth value
 * @param body - gets what is carried, gives what is carried on, of the same types
 */
export function whileLoop(
  initials: readonly Value[],
  condition: (...carried: Value[]) => Value,
  body: (...carried: Value[]) => readonly Value[],
): readonly Value[] {
  const [first] = initials;
  if (!first) throw badAttribute('while', 'one value or more to carry', 'none');
  const sink = first.block.owner;
  const types = initials.map(({ type }) => type);
  const test = sink.region('open', types, (...carried) => [condition(...carried)]);
  checkType('condition of while', test.results[0]!, 'i1');
  const step = sink.region('open', types, body);
  checkResults('while', step.results, initials);
  return genericOp(sink, 'while', initials, types, {}, [test, step]);
}

/**
 * Calls a function of the same module, which has ended.
 * @throws BAD_MODULE if it has not, or takes other types
 */
export function call(
  caller: FunctionBuilder,
  callee: FunctionBuilder,
  operands: readonly Value[],
): readonly Value[] {
  const { argumentTypes, resultTypes } = callee;
  const fits =
    operands.length === argumentTypes.length &&
    operands.every(({ type }, i) => sameType(type, argumentTypes[i]!));
  if (!fits) {
    throw badModule(
      `call of ${callee.name}`,
      argumentTypes.map(typeText).join(', ') || 'nothing',
      operands.map(({ type }) => typeText(type)).join(', ') || 'nothing',
    );
  }
  const text = `func.call @${callee.name}(${operands.map(({ name }) => name).join(', ')}) : ${signatureText(argumentTypes, resultTypes)}`;
  return caller.emit(callee.name, operands, resultTypes, text);
}

function checkType(op: string, value: Value, elementType: 'i1' | 'i32'): void {
  const type = tensorType(elementType);
  if (!sameType(value.type, type)) throw typeMismatch(op, typeText(type), typeText(value.type));
}
