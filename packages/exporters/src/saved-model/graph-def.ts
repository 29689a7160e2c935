import Pbf from 'pbf';

/** A node of a GraphDef; attributes stay as they are serialized (AttrValue). */
export interface NodeDef {
  readonly name: string;
  readonly op: string;
  /** `name`, `name:1` for a later output. */
  readonly inputs: readonly string[];
  readonly attributes: ReadonlyMap<string, Uint8Array>;
}

/** TensorFlow's GraphDef (tensorflow/core/framework/graph.proto), as far as a traced function has one. */
export interface GraphDef {
  readonly nodes: readonly NodeDef[];
  /** VersionDef, serialized. */
  readonly versions: Uint8Array;
}

interface RawNode {
  name: string;
  op: string;
  inputs: string[];
  attributes: Map<string, Uint8Array>;
}

/** Reads a nested message; pbf's types do not know that what it reads into is always handed on. */
export const nested = <T>(pbf: Pbf, read: (field: number, into: T, pbf: Pbf) => void, into: T): T =>
  pbf.readMessage(read as never, into);

/** Writes a nested message; see `nested`. */
export const writeNested = <T>(
  pbf: Pbf,
  field: number,
  write: (value: T, pbf: Pbf) => void,
  value: T,
): void => pbf.writeMessage(field, write as never, value);

const readEntry = (field: number, entry: { key: string; value: Uint8Array }, pbf: Pbf): void => {
  if (field === 1) entry.key = pbf.readString();
  else if (field === 2) entry.value = pbf.readBytes();
};

const readNode = (field: number, node: RawNode, pbf: Pbf): void => {
  if (field === 1) node.name = pbf.readString();
  else if (field === 2) node.op = pbf.readString();
  else if (field === 3) node.inputs.push(pbf.readString());
  else if (field === 5) {
    const { key, value } = nested(pbf, readEntry, { key: '', value: new Uint8Array() });
    node.attributes.set(key, value);
  }
};

const readGraph = (field: number, graph: { nodes: RawNode[]; versions: Uint8Array }, pbf: Pbf): void => {
  if (field === 1)
    graph.nodes.push(nested(pbf, readNode, { name: '', op: '', inputs: [], attributes: new Map() }));
  else if (field === 4) graph.versions = pbf.readBytes();
};

export function readGraphDef(bytes: Uint8Array): GraphDef {
  return new Pbf(bytes).readFields(readGraph as never, { nodes: [], versions: new Uint8Array() } as GraphDef);
}

/** A key and a value of a map, whose value is serialized. */
export const writeEntry = ([key, value]: readonly [string, Uint8Array], pbf: Pbf): void => {
  pbf.writeStringField(1, key);
  pbf.writeBytesField(2, value);
};

const writeNode = ({ name, op, inputs, attributes }: NodeDef, pbf: Pbf): void => {
  pbf.writeStringField(1, name);
  pbf.writeStringField(2, op);
  for (const input of inputs) pbf.writeStringField(3, input);
  // In order: TensorFlow gives them in any, and the same graph is to be the same bytes.
  for (const entry of [...attributes].sort(([a], [b]) => (a < b ? -1 : 1)))
    writeNested(pbf, 5, writeEntry, entry);
};

export function writeGraphDef({ nodes, versions }: GraphDef): Uint8Array {
  const pbf = new Pbf();
  for (const node of nodes) writeNested(pbf, 1, writeNode, node);
  pbf.writeBytesField(4, versions);
  return pbf.finish();
}
