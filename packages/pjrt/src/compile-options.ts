import { badValue } from './errors.js';

/**
 * The few fields of XLA's CompileOptionsProto (xla/pjrt/proto/compile_options.proto) that this package sets, serialized
 * by hand: a protobuf runtime would be larger than all of them.
 */
export interface BuildOptions {
  /** Copies of the program, one device each; default 1. */
  readonly replicas?: number;
  /** Parts that the compiler divides one copy into by the module's shardings, one device each; default 1. */
  readonly partitions?: number;
  /** Ids of devices, those of a replica's partitions together; the plugin's choice if absent. */
  readonly deviceIds?: readonly number[];
  /** XLA's flags for this program, by the names of DebugOptions: `{ xla_cpu_enable_fast_math: false }`. */
  readonly overrides?: Readonly<Record<string, string | number | boolean>>;
}

function varint(value: number | bigint): number[] {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  while (rest > 127n) {
    bytes.push(Number(rest & 127n) | 128);
    rest >>= 7n;
  }
  return [...bytes, Number(rest)];
}

const integerField = (field: number, value: number | bigint): number[] => [
  ...varint(field * 8),
  ...varint(value),
];
const bytesField = (field: number, bytes: readonly number[]): number[] => [
  ...varint(field * 8 + 2),
  ...varint(bytes.length),
  ...bytes,
];
const textField = (field: number, text: string): number[] => bytesField(field, [...Buffer.from(text)]);

/** DeviceAssignmentProto: for each partition, the devices of all replicas. */
function assignment(ids: readonly number[], replicas: number, partitions: number): number[] {
  if (ids.length !== replicas * partitions) {
    throw badValue(
      'compile',
      `${replicas * partitions} devices for ${replicas} replicas of ${partitions}`,
      String(ids.length),
    );
  }
  const computations = Array.from({ length: partitions }, (_, partition) => {
    const devices = Array.from({ length: replicas }, (_, replica) => ids[replica * partitions + partition]!);
    return bytesField(3, bytesField(1, devices.flatMap(varint)));
  });
  return [...integerField(1, replicas), ...integerField(2, partitions), ...computations.flat()];
}

/** OptionOverrideProto, which is one of text, truth value, integer, float. */
function override(value: string | number | boolean): number[] {
  if (typeof value === 'string') return textField(1, value);
  if (typeof value === 'boolean') return integerField(2, value ? 1 : 0);
  if (Number.isInteger(value)) return integerField(3, value);
  const double = Buffer.alloc(8);
  double.writeDoubleLE(value);
  return [...varint(4 * 8 + 1), ...double];
}

/** @throws BAD_VALUE */
export function compileOptions(options: BuildOptions = {}): Uint8Array {
  const { replicas = 1, partitions = 1, deviceIds, overrides = {} } = options;
  for (const count of [replicas, partitions]) {
    if (!Number.isSafeInteger(count) || count < 1) {
      throw badValue('compile', 'replicas and partitions of 1 or more', String(count));
    }
  }
  const build = [
    ...integerField(1, -1), // device_ordinal: none in particular
    ...integerField(4, replicas),
    ...integerField(5, partitions),
    // use_spmd_partitioning and use_shardy_partitioner
    ...(partitions > 1 ? [...integerField(6, 1), ...integerField(19, 1)] : []),
    ...(deviceIds ? bytesField(9, assignment(deviceIds, replicas, partitions)) : []),
  ];
  const sorted = Object.entries(overrides).sort(([a], [b]) => (a < b ? -1 : 1));
  return Uint8Array.from([
    ...bytesField(3, build),
    ...sorted.flatMap(([name, value]) =>
      bytesField(7, [...textField(1, name), ...bytesField(2, override(value))]),
    ),
  ]);
}
