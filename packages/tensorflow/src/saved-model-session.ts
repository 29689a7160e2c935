import { loadCApi, type CApi, type GraphOutput, type Pointer } from './c-api.js';
import { dataTypeOf } from './data-types.js';
import { TensorFlowError } from './errors.js';
import { findLibrary } from './library.js';
import { fromNative, toNative } from './native-tensor.js';
import { Status } from './status.js';

/** The tag of graphs that are to be served (tensorflow/cc/saved_model/tag_constants.h). */
export const servingTag = 'serve';

/** Host numbers with their shape. */
export interface HostArray {
  readonly shape: readonly number[];
  readonly dtype: 'float32' | 'int32';
  readonly data: Float32Array | Int32Array;
}

/** A SavedModel as TensorFlow's own loader takes it, in a session of its own. */
export class SavedModelSession {
  private constructor(
    private readonly api: CApi,
    private readonly graph: Pointer,
    private readonly session: Pointer,
    private readonly status: Status,
  ) {}

  /**
   * @param folder - of the model
   * @param libraryPath - folder of TensorFlow's library; found as `findLibrary` says if absent
   * @throws LIBRARY_NOT_FOUND, LIBRARY_NOT_LOADED, TENSORFLOW_ERROR with what TensorFlow has against the model
   */
  static open(folder: string, libraryPath = findLibrary().folder): SavedModelSession {
    const api = loadCApi(libraryPath);
    const status = new Status(api);
    const options = api.newSessionOptions();
    const graph = api.newGraph();
    const session = api.loadSavedModel(options, null, folder, [servingTag], 1, graph, null, status.pointer);
    api.deleteSessionOptions(options);
    try {
      status.check(() => `SavedModel ${folder}`);
    } catch (error) {
      api.deleteGraph(graph);
      status.dispose();
      throw error;
    }
    return new SavedModelSession(api, graph, session, status);
  }

  /**
   * Runs the model on the calling thread.
   * @param inputs - by the names of its nodes
   * @param outputs - names of nodes, of float32 or int32
   * @throws NO_SUCH_NODE, BAD_TENSOR_SIZE, TENSORFLOW_ERROR
   */
  run(inputs: Readonly<Record<string, HostArray>>, outputs: readonly string[]): HostArray[] {
    const { api, status } = this;
    const given = Object.entries(inputs);
    const from = given.map(([name]) => this.output(name));
    const to = outputs.map((name) => this.output(name));
    const values = new BigUint64Array(given.length);
    const results = new BigUint64Array(to.length);
    try {
      for (const [i, [, { shape, dtype, data }]] of given.entries())
        values[i] = BigInt(toNative(api, shape, dataTypeOf(dtype), data)!);
      api.sessionRun(
        ...([this.session, null, from, values, from.length] as const),
        ...([to, results, to.length, null, 0, null, status.pointer] as const),
      );
    } finally {
      // Where one has a wrong size, those before it are there already.
      for (const value of values) if (value !== 0n) api.deleteTensor(value);
    }
    status.check(() => 'run of a SavedModel');
    return Array.from(results, (tensor) => {
      const type = api.tensorType(tensor);
      const shape = Array.from({ length: api.tensorNumDims(tensor) }, (_, i) =>
        Number(api.tensorDim(tensor, i)),
      );
      const data = fromNative(api, tensor, type) as Float32Array;
      api.deleteTensor(tensor);
      return { shape, dtype: type === dataTypeOf('int32') ? 'int32' : 'float32', data };
    });
  }

  private output(name: string): GraphOutput {
    const oper = this.api.operationByName(this.graph, name);
    if (oper !== null) return { oper, index: 0 };
    throw new TensorFlowError('NO_SUCH_NODE', `SavedModel: expected a node ${name}, got none of that name`, {
      kind: 'usage',
    });
  }

  close(): void {
    const { api, status } = this;
    api.closeSession(this.session, status.pointer);
    api.deleteSession(this.session, status.pointer);
    api.deleteGraph(this.graph);
    status.dispose();
  }
}
