import { elementTypes, type ElementType, type TensorType } from './element-type.js';
import { badModule } from './errors.js';

export interface Parameter extends TensorType {
  /** The caller's buffer is gone after a run. */
  readonly donated: boolean;
}

/** The end of a bracket that begins at `from`, strings left out. */
function closing(text: string, from: number): number {
  let depth = 0;
  for (let i = from; i < text.length; i++) {
    const one = text[i]!;
    if (one === '"') i = text.indexOf('"', i + 1);
    else if ('([{<'.includes(one)) depth++;
    else if (')]}'.includes(one) || (one === '>' && text[i - 1] !== '-')) depth--;
    if (depth === 0) return i;
  }
  return -1;
}

/** Sizes of the axes of a module's mesh, in the sdy dialect. */
function meshOf(text: string): ReadonlyMap<string, number> {
  const [, axes = ''] = /sdy\.mesh @mesh = <\[([^\]]*)\]/.exec(text) ?? [];
  return new Map([...axes.matchAll(/"([^"]*)"=(\d+)/g)].map(([, axis, size]) => [axis!, Number(size)]));
}

/** Into how many parts each dimension of an argument is divided; empty for one that is whole everywhere. */
function divisions(attributes: string, mesh: ReadonlyMap<string, number>): readonly number[] {
  const [, dimensions = ''] = /#sdy\.sharding<@mesh, \[([^\]]*)\]/.exec(attributes) ?? [];
  return [...dimensions.matchAll(/\{([^}]*)\}/g)].map(([, axes]) =>
    [...axes!.matchAll(/"([^"]*)"/g)].reduce((parts, [, axis]) => parts * (mesh.get(axis!) ?? 1), 1),
  );
}

/**
 * What the main function of a module takes: for checks before a run, since a plugin's are late or none. An argument that is
 * divided over a mesh has the shape of one device's part.
 * @throws BAD_MODULE if there is no `@main` with arguments of static shapes
 */
export function mainSignature(text: string): readonly Parameter[] {
  const start = /func\.func(?: public)? @main\s*\(/.exec(text);
  const from = start ? start.index + start[0].length - 1 : -1;
  const end = from < 0 ? -1 : closing(text, from);
  if (end < 0) throw badModule('a function main', 'none');
  const mesh = meshOf(text);
  return split(text.slice(from + 1, end)).map((argument) => {
    const [, type, attributes = ''] = /^%[\w$.-]+\s*:\s*(tensor<[^>]*>)\s*(.*)$/s.exec(argument) ?? [];
    if (type === undefined) throw badModule('arguments that are tensors', argument);
    const parts = type.slice('tensor<'.length, -1).split('x');
    // The x of `index` and the like does not come here: the types that are known have none.
    const elementType = parts.at(-1) as ElementType;
    const sizes = parts.slice(0, -1).map(Number);
    if (!elementTypes.includes(elementType) || !sizes.every((size) => Number.isInteger(size))) {
      throw badModule(`arguments of ${elementTypes.join(', ')} with sizes`, type);
    }
    const divided = divisions(attributes, mesh);
    const shape = sizes.map((size, i) => size / (divided[i] ?? 1));
    return { elementType, shape, donated: /tf\.aliasing_output|jax\.buffer_donor = true/.test(attributes) };
  });
}

/** The parts of a list between commas that stand in no bracket. */
function split(list: string): readonly string[] {
  const parts: string[] = [];
  let from = 0;
  for (let i = 0; i < list.length; i++) {
    if (list[i] === '"') i = list.indexOf('"', i + 1);
    else if ('([{<'.includes(list[i]!)) i = closing(list, i);
    if (i < from) break;
    if (list[i] !== ',') continue;
    parts.push(list.slice(from, i).trim());
    from = i + 1;
  }
  const last = list.slice(from).trim();
  return last === '' ? parts : [...parts, last];
}

/** The name after `module @`, for messages. */
export function moduleName(text: string): string {
  const [, quoted, plain] = /module @(?:"([^"]*)"|([\w$.]+))/.exec(text) ?? [];
  return quoted ?? plain ?? 'module';
}
