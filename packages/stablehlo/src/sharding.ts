import { quoted } from './attribute-text.js';
import { badAttribute } from './errors.js';
import { typeText, type TensorType } from './tensor-type.js';

/** Axes by name, with the number of partitions along each: `{ batch: 4 }`. */
export type Mesh = Readonly<Record<string, number>>;

/** Of each dimension of a value, the axis of the mesh that it is divided along; null: whole on every partition. */
export type Sharding = readonly (string | null)[];

/** Partitions of a module that is divided over a mesh. @throws BAD_ATTRIBUTE */
export function meshSize(what: string, mesh: Mesh): number {
  const sizes = Object.entries(mesh);
  for (const [axis, size] of sizes) {
    if (axis === '' || !Number.isSafeInteger(size) || size < 1)
      throw badAttribute(what, 'axes with names, of size 1 or more', `${axis}: ${size}`);
  }
  return sizes.reduce((product, [, size]) => product * size, 1);
}

/** Shardy's op for a mesh (the sdy dialect of openxla/shardy); it has the name that `shardingText` refers to. */
export function meshText(mesh: Mesh): string {
  const axes = Object.entries(mesh).map(([axis, size]) => `${quoted(axis)}=${size}`);
  return `sdy.mesh @mesh = <[${axes.join(', ')}]>`;
}

/**
 * The attribute that divides a value.
 * @throws BAD_ATTRIBUTE if an axis is none of the mesh, comes twice, or does not divide its dimension
 */
export function shardingText(what: string, type: TensorType, sharding: Sharding, mesh: Mesh): string {
  const axes = sharding.filter((axis) => axis !== null);
  const fits =
    sharding.length === type.shape.length &&
    new Set(axes).size === axes.length &&
    sharding.every((axis, i) => axis === null || type.shape[i]! % (mesh[axis] ?? 0) === 0);
  if (!fits) {
    const known = Object.entries(mesh).map(([axis, size]) => `${axis} (${size})`);
    throw badAttribute(
      what,
      `for each dimension of ${typeText(type)} null or an axis that divides it, each once, of ${known.join(', ') || 'a mesh'}`,
      `[${sharding.join(', ')}]`,
    );
  }
  const dimensions = sharding.map((axis) => (axis === null ? '{}' : `{${quoted(axis)}}`));
  return `#sdy.sharding<@mesh, [${dimensions.join(', ')}]>`;
}
