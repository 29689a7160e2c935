import type { Value } from './block.js';
import { quoted } from './attribute-text.js';
import { badAttribute, typeMismatch } from './errors.js';
import { genericOp } from './generic-op.js';
import { sameType, tensorType, typeText, type TensorType } from './tensor-type.js';

/** The same values, none of which exists before all do: keeps the compiler from moving ops across, or doing work twice. */
export function optimizationBarrier(values: readonly Value[]): readonly Value[] {
  const [first] = values;
  if (!first) throw badAttribute('optimization_barrier', 'one value or more', 'none');
  const types = values.map(({ type }) => type);
  const names = values.map(({ name }) => name).join(', ');
  const text = `stablehlo.optimization_barrier ${names} : ${types.map(typeText).join(', ')}`;
  return first.block.owner.emit('optimization_barrier', values, types, text);
}

export interface CustomCallOptions {
  /** Text that the target reads. */
  readonly backendConfig?: string;
  /** Keep the call though nobody uses its results. */
  readonly hasSideEffect?: boolean;
  /** 1: the plain call; 2: with a status. */
  readonly apiVersion?: 1 | 2;
}

/** Calls code of the plugin by name. What it knows differs: the one for processors knows almost none. */
export function customCall(
  target: string,
  operands: readonly [Value, ...Value[]],
  resultTypes: readonly TensorType[],
  { backendConfig, hasSideEffect = false, apiVersion = 1 }: CustomCallOptions = {},
): readonly Value[] {
  return genericOp(operands[0].block.owner, 'custom_call', operands, resultTypes, {
    call_target_name: quoted(target),
    has_side_effect: String(hasSideEffect),
    api_version: `${apiVersion} : i32`,
    ...(backendConfig === undefined ? {} : { backend_config: quoted(backendConfig) }),
  });
}

/**
 * Random bits of the Threefry or Philox generator, and the state that comes next.
 * @param state - `ui64`, of shape [2] for Threefry and [3] for Philox
 * @param type - integers
 */
export function rngBitGenerator(
  state: Value,
  type: TensorType,
  algorithm: 'THREE_FRY' | 'PHILOX' = 'THREE_FRY',
): readonly [state: Value, bits: Value] {
  const expected = tensorType('ui64', [algorithm === 'PHILOX' ? 3 : 2]);
  if (!sameType(state.type, expected)) {
    throw typeMismatch(
      'rng_bit_generator',
      `a state ${typeText(expected)} for ${algorithm}`,
      typeText(state.type),
    );
  }
  if (!/^u?i\d/.test(type.elementType) || type.elementType === 'i1') {
    throw typeMismatch('rng_bit_generator', 'integers', typeText(type));
  }
  const results = genericOp(state.block.owner, 'rng_bit_generator', [state], [state.type, type], {
    rng_algorithm: `#stablehlo<rng_algorithm ${algorithm}>`,
  });
  return [results[0]!, results[1]!];
}
