import { contextConfig, type SessionOptions } from './config-proto.js';
import type { WorkersOptions } from './workers-options.js';
import { bytesField, integerField, textField } from './protobuf-fields.js';

/**
 * ServerDef (tensorflow/core/protobuf/tensorflow_server.proto) of one process of a job: its peers' addresses, its number among
 * them, and that the first one coordinates groups.
 * @param addresses - `host:port` by rank
 * @param generation - which start of the job, a part of its name, by which a process of another start tells it
 */
export function serverDef(
  { addresses, rank, generation = 0 }: WorkersOptions,
  session: SessionOptions,
): Uint8Array {
  const job = `worker${generation}`;
  const tasks = addresses.flatMap((address, i) =>
    bytesField(2, [...integerField(1, i), ...textField(2, address)]),
  );
  const cluster = bytesField(1, [...textField(1, job), ...tasks]);
  const config = contextConfig({ ...session, collectiveLeader: `/job:${job}/replica:0/task:0` });
  return Uint8Array.from([
    ...bytesField(1, cluster),
    ...textField(2, job),
    ...integerField(3, rank),
    ...bytesField(4, [...config]),
    ...textField(5, 'grpc'),
  ]);
}
