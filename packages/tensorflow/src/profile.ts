import type { TensorFlowBackend } from './tensorflow-backend.js';
import type { Pointer } from './c-api.js';
import { TensorFlowError } from './errors.js';
import { loadProfilerApi, type ProfilerApi } from './profiler-api.js';

/** ProfileOptions (tsl/profiler/protobuf/profiler_options.proto): host and device tracers on, version 1. */
const options = Uint8Array.of(0x10, 2, 0x18, 1, 0x28, 1);

/** absl::OkStatus() in memory. */
const okStatus = 1n;

/** A recording of what TensorFlow does on every thread, from its start until `stop`. One at a time in a process. */
export class Profile {
  private constructor(
    private readonly api: ProfilerApi,
    private session: Pointer,
  ) {}

  /** @throws SYMBOL_NOT_FOUND */
  static start({ libraryPath }: TensorFlowBackend): Profile {
    const api = loadProfilerApi(libraryPath);
    const message = api.allocateMessage();
    const session = new BigUint64Array(1);
    api.newOptions(message, null);
    api.parse(message, options, options.length);
    api.create(session, message);
    api.deleteOptions(message);
    api.free(message);
    return new Profile(api, session[0]!);
  }

  /**
   * Ends the recording.
   * @returns a serialized XSpace: what TensorBoard reads as `plugins/profile/<name>/<host>.xplane.pb`
   * @throws PROFILE_FAILED where another profile ran at the same time
   */
  stop(): Uint8Array {
    if (this.session === null) {
      throw new TensorFlowError(
        'PROFILE_STOPPED',
        'profile: expected one that runs, got one that was stopped',
        { kind: 'failed' },
      );
    }
    const { api, session } = this;
    this.session = null;
    const space = api.allocateMessage();
    const status = new BigUint64Array(1);
    api.newSpace(space, null);
    try {
      api.collect(status, session, space);
      if (status[0] !== okStatus) {
        throw new TensorFlowError(
          'PROFILE_FAILED',
          'profile: expected no other profile in this process, got one',
          {
            kind: 'failed',
            hint: 'Only one profile of TensorFlow can run at a time.',
          },
        );
      }
      return serialize(api, space);
    } finally {
      api.deleteSpace(space);
      api.free(space);
      api.deleteSession(session);
      api.free(session);
    }
  }
}

/** Serializes a message into an empty std::string that is laid out here, and copies what came. */
function serialize(api: ProfilerApi, message: Pointer): Uint8Array {
  const text = api.allocateString()!;
  const short = text + 16n;
  const layout = new DataView(api.view(text, 32));
  layout.setBigUint64(0, short, true);
  layout.setBigUint64(8, 0n, true);
  api.serialize(message, text);
  const data = layout.getBigUint64(0, true);
  const bytes = new Uint8Array(api.view(data, Number(layout.getBigUint64(8, true)))).slice();
  if (data !== short) api.free(data);
  api.free(text);
  return bytes;
}
