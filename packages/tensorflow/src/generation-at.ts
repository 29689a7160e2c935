import { connect } from 'node:http2';

/** The smallest message of gRPC: not compressed, no bytes. */
const emptyMessage = Buffer.alloc(5);

/**
 * Which start of a run the process at an address takes part in, by the job in the names of its devices, which `GetStatus` of TensorFlow's
 * worker service lists (tensorflow/core/protobuf/worker_service.proto).
 * @param address - `host:port`
 * @returns null where no process of a run answers in time
 */
export function generationAt(address: string, milliseconds = 2000): Promise<number | null> {
  const session = connect(`http://${address}`);
  return new Promise((resolve) => {
    const parts: Buffer[] = [];
    const end = (generation: number | null): void => {
      clearTimeout(timer);
      session.destroy();
      resolve(generation);
    };
    const timer = setTimeout(() => end(null), milliseconds);
    session.on('error', () => end(null));
    session.once('close', () => end(null));
    const request = session.request({
      ':method': 'POST',
      ':path': '/tensorflow.WorkerService/GetStatus',
      'content-type': 'application/grpc',
      te: 'trailers',
    });
    request.on('error', () => end(null));
    request.on('data', (part: Buffer) => parts.push(part));
    request.once('end', () => {
      const [, generation] = /\/job:worker(\d*)\/replica/.exec(Buffer.concat(parts).toString('latin1')) ?? [];
      end(generation === undefined ? null : Number(generation));
    });
    request.end(emptyMessage);
  });
}
