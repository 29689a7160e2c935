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

/**
 * What the main function of a module takes: for checks before a run, since a plugin's are late or none.
 * @throws BAD_MODULE if there is no `@main` with arguments of static shapes
 */
export function mainSignature(text: string): readonly Parameter[] {
  const start = /func\.func(?: public)? @main\s*\(/.exec(text);
  const from = start ? start.index + start[0].length - 1 : -1;
  const end = from < 0 ? -1 : closing(text, from);
  if (end < 0) throw badModule('a function main', 'none');
  const list = text.slice(from + 1, end);
  return [...list.matchAll(/%[\w$.-]+\s*:\s*(tensor<[^>]*>)\s*(\{[^}]*\})?/g)].map(
    ([, type, attributes = '']) => {
      const parts = type!.slice('tensor<'.length, -1).split('x');
      // The x of `index` and the like does not come here: the types that are known have none.
      const elementType = parts.at(-1) as ElementType;
      const shape = parts.slice(0, -1).map(Number);
      if (!elementTypes.includes(elementType) || !shape.every((size) => Number.isInteger(size))) {
        throw badModule(`arguments of ${elementTypes.join(', ')} with sizes`, type!);
      }
      return { elementType, shape, donated: /tf\.aliasing_output|jax\.buffer_donor = true/.test(attributes) };
    },
  );
}

/** The name after `module @`, for messages. */
export function moduleName(text: string): string {
  const [, quoted, plain] = /module @(?:"([^"]*)"|([\w$.]+))/.exec(text) ?? [];
  return quoted ?? plain ?? 'module';
}
