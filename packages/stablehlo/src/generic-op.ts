import type { OpSink, Region, Value } from './block.js';
import { typeText, type TensorType } from './tensor-type.js';

const list = (types: readonly TensorType[]): string => types.map(typeText).join(', ');

/** `(tensor<2xf32>) -> tensor<2xf32>` */
export function signatureText(operands: readonly TensorType[], results: readonly TensorType[]): string {
  return `(${list(operands)}) -> ${results.length === 1 ? list(results) : `(${list(results)})`}`;
}

function regionLines({ block, values, results }: Region, indent: string): string[] {
  const header = values.map(({ name, type }) => `${name}: ${typeText(type)}`).join(', ');
  const given =
    results.length === 0
      ? 'stablehlo.return'
      : `stablehlo.return ${results.map(({ name }) => name).join(', ')} : ${list(results.map(({ type }) => type))}`;
  return [
    ...(values.length > 0 ? [`${indent}^bb0(${header}):`] : []),
    ...block.lines,
    `${block.indent}${given}`,
  ];
}

/** Writes an op in MLIR's generic form, which every op has and which has changed least. */
export function genericOp(
  sink: OpSink,
  op: string,
  operands: readonly Value[],
  resultTypes: readonly TensorType[],
  attributes: Readonly<Record<string, string>>,
  regions: readonly Region[] = [],
): readonly Value[] {
  const written = Object.entries(attributes).map(([name, text]) =>
    text === '' ? name : `${name} = ${text}`,
  );
  const properties = written.length > 0 ? ` <{${written.join(', ')}}>` : '';
  const signature = signatureText(
    operands.map(({ type }) => type),
    resultTypes,
  );
  const head = `"stablehlo.${op}"(${operands.map(({ name }) => name).join(', ')})${properties}`;
  const { indent } = sink.current;
  if (regions.length === 0) return sink.emit(op, operands, resultTypes, `${head} : ${signature}`);
  const bodies = regions.flatMap((region, i) => [
    ...(i === 0 ? [] : [`${indent}}, {`]),
    ...regionLines(region, indent),
  ]);
  return sink.emit(op, operands, resultTypes, [`${head} ({`, ...bodies, `${indent}}) : ${signature}`]);
}
