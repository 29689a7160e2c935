import Pbf from 'pbf';
import * as tf from '@tensorflow/tfjs';
import { GanymedeError } from '@ganymede/core';
import {
  dataTypeOf,
  registerTensorFlow,
  servingTag,
  traceGraph,
  type TensorFlowOptions,
  type TracedGraph,
} from '@ganymede/tensorflow';
import { tracedBatches, variableValues } from '@ganymede/tracing';
import { batchDependent, constantNode, withAnyBatch } from './any-batch.js';
import { writeShape } from './attribute-values.js';
import {
  readGraphDef,
  writeEntry,
  writeGraphDef,
  writeNested,
  type GraphDef,
  type NodeDef,
} from './graph-def.js';

/** What a model takes: a row for each example. */
export interface SavedModelInput {
  /** Of one row; [] for a number. */
  readonly shape: readonly number[];
  readonly dtype: 'float32' | 'int32';
}

export interface SavedModelProgram {
  readonly inputs: Readonly<Record<string, SavedModelInput>>;
  /** Results by name, each with a row for each example. */
  readonly run: (inputs: Record<string, tf.Tensor>) => Record<string, tf.Tensor>;
}

export interface SavedModel {
  /** `saved_model.pb`. */
  readonly bytes: Uint8Array;
  /** The inputs that the results depend on, and that the model's signature has. */
  readonly inputs: readonly string[];
}

/** Name of the file of a SavedModel, in its folder. */
export const savedModelFile = 'saved_model.pb';

/** What TensorFlow's servers look for (tensorflow/cc/saved_model/constants.h). */
const signatureName = 'serving_default';
const methodName = 'tensorflow/serving/predict';

/** Serialized messages of TensorFlow end here. */
const largestBytes = 2 ** 31 - 2 ** 20;

/** A name that no other backend has. */
const backendName = 'saved-model';

/**
 * Writes a function of tfjs as a SavedModel of TensorFlow, for any number of rows, with the ops that the function runs there.
 * Variables are constants of the model, with the values that they have now; what is computed of constants alone is in it as
 * its result. The function runs twice, on a TensorFlow of its own and with two numbers of rows, which have to give the same
 * graph; nothing else may use tfjs meanwhile.
 *
 * @throws LIBRARY_NOT_FOUND, LIBRARY_NOT_LOADED, VALUE_READ_IN_TRACE, DYNAMIC_SHAPE, SAVED_MODEL_BATCH_DEPENDENT,
 * SAVED_MODEL_TOO_LARGE
 */
export async function writeSavedModel(
  program: SavedModelProgram,
  options: Pick<TensorFlowOptions, 'libraryPath'> = {},
): Promise<SavedModel> {
  const variables = await variableValues();
  const before = tf.getBackend();
  const tensorflow = registerTensorFlow({ ...options, name: backendName });
  try {
    await tf.setBackend(backendName);
    const model = (batch: number): TracedModel => {
      const inputs = Object.entries(program.inputs).map(
        ([name, { shape, dtype }]) => [name, { shape: [batch, ...shape], dtype }] as const,
      );
      const traced = traceGraph(tensorflow, program.run, Object.fromEntries(inputs), variables);
      const graph = graphOf(traced, program, batch);
      return { ...graph, outputs: outputsOf(traced, batch), bytes: writeGraphDef(graph) };
    };
    const [one, another] = tracedBatches(variables.keys());
    const [first, second] = [model(one), model(another)];
    // A number that was computed from the number of rows would differ between the two.
    if (Buffer.compare(first.bytes, second.bytes) !== 0)
      throw batchDependent('the graph', 'another one for another number of rows');
    const names = new Set(first.nodes.map(({ name }) => name));
    const inputs = Object.entries(program.inputs)
      .filter(([name]) => names.has(name))
      .map(([name, { shape, dtype }]): TensorInfo => ({ name, shape, dtype: dataTypeOf(dtype) }));
    const { bytes: graphDef, outputs } = first;
    const bytes = modelBytes({ graphDef, inputs, outputs, version: tensorflow.version });
    return { bytes, inputs: inputs.map(({ name }) => name) };
  } finally {
    await tf.setBackend(before);
    tf.removeBackend(backendName);
  }
}

interface TracedModel extends GraphDef {
  readonly outputs: readonly TensorInfo[];
  /** The graph, serialized. */
  readonly bytes: Uint8Array;
}

/** @throws SAVED_MODEL_BATCH_DEPENDENT for a result that has no row for each */
function outputsOf({ outputs }: TracedGraph, batch: number): TensorInfo[] {
  return Object.entries(outputs).map(
    ([
      name,
      {
        shape: [rows, ...shape],
        dtype,
      },
    ]) => {
      if (rows === batch) return { name, dtype, shape };
      throw batchDependent(`result ${name}`, `[${[rows, ...shape].join(', ')}] for ${batch} rows`);
    },
  );
}

/** The graph of a trace for any number of rows: with its constants, inputs and results by their names, and no node too many. */
function graphOf(
  { graphDef, inputs, outputs, constants }: TracedGraph,
  program: SavedModelProgram,
  batch: number,
): GraphDef {
  const { nodes, versions } = readGraphDef(graphDef);
  const given = Object.keys(program.inputs);
  const names = new Map([
    ...inputs.map((name, i) => [name, given[i]!] as const),
    ...Object.entries(outputs).map(([name, { node }]) => [node, name] as const),
  ]);
  const renamed = nodes.map(({ name, inputs: from, ...rest }): NodeDef => {
    const value = constants.get(name);
    if (value) return constantNode(name, value);
    return {
      ...rest,
      name: names.get(name) ?? name,
      inputs: from.map((input) => {
        const [of, output] = input.split(':') as [string, string?];
        const now = names.get(of) ?? of;
        return output === undefined ? now : `${now}:${output}`;
      }),
    };
  });
  const bytes = renamed.reduce(
    (sum, { attributes }) => [...attributes.values()].reduce((all, { length }) => all + length, sum),
    0,
  );
  if (bytes > largestBytes) throw tooLarge(bytes);
  const rows = new Map(given.map((name) => [name, program.inputs[name]!.shape]));
  const all = withAnyBatch({ nodes: renamed, batch, inputs: rows });
  return { nodes: neededBy(all, Object.keys(outputs)), versions };
}

/** Nodes that results need, in the order of the graph. */
function neededBy(nodes: readonly NodeDef[], results: readonly string[]): NodeDef[] {
  const byName = new Map(nodes.map((node) => [node.name, node]));
  const needed = new Set<string>();
  const waiting = [...results];
  while (waiting.length > 0) {
    const name = waiting.pop()!.replace(/^\^/, '').replace(/:\d+$/, '');
    if (needed.has(name)) continue;
    needed.add(name);
    waiting.push(...(byName.get(name)?.inputs ?? []));
  }
  return nodes.filter(({ name }) => needed.has(name));
}

interface TensorInfo {
  readonly name: string;
  readonly dtype: number;
  /** Of a row. */
  readonly shape: readonly number[];
}

/** TensorInfo (tensorflow/core/protobuf/meta_graph.proto), of any number of rows. */
function infoBytes({ name, dtype, shape }: TensorInfo): Uint8Array {
  const pbf = new Pbf();
  pbf.writeStringField(1, `${name}:0`);
  pbf.writeVarintField(2, dtype);
  writeNested(pbf, 3, writeShape, [-1, ...shape]);
  return pbf.finish();
}

interface Model {
  /** Serialized. */
  readonly graphDef: Uint8Array;
  readonly inputs: readonly TensorInfo[];
  readonly outputs: readonly TensorInfo[];
  /** Of the TensorFlow that the graph was made with. */
  readonly version: string;
}

const writeMetaInfo = (version: string, pbf: Pbf): void => {
  pbf.writeStringField(4, servingTag);
  pbf.writeStringField(5, version);
};

const writeMetaGraph = ({ graphDef, inputs, outputs, version }: Model, pbf: Pbf): void => {
  writeNested(pbf, 1, writeMetaInfo, version);
  pbf.writeBytesField(2, graphDef);
  const signature = new Pbf();
  for (const info of inputs) writeNested(signature, 1, writeEntry, [info.name, infoBytes(info)] as const);
  for (const info of outputs) writeNested(signature, 2, writeEntry, [info.name, infoBytes(info)] as const);
  signature.writeStringField(3, methodName);
  writeNested(pbf, 5, writeEntry, [signatureName, signature.finish()] as const);
};

/** SavedModel (tensorflow/core/protobuf/saved_model.proto) with one MetaGraphDef. */
function modelBytes(model: Model): Uint8Array {
  const pbf = new Pbf();
  pbf.writeVarintField(1, 1); // saved_model_schema_version
  writeNested(pbf, 2, writeMetaGraph, model);
  return pbf.finish();
}

const tooLarge = (bytes: number): GanymedeError =>
  new GanymedeError(
    'SAVED_MODEL_TOO_LARGE',
    `SavedModel: expected less than 2 GB, which its file may have, got ${(bytes / 1e9).toFixed(1)} GB`,
    { kind: 'usage', hint: 'Write the weights to safetensors instead.' },
  );
