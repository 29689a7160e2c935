import { isGanymedeError, type Plugin, type SlotName } from '@ganymede/core';
import { componentFailed } from '../errors.js';
import { placeIn } from './error-place.js';
import { originOfPlugin } from './plugin-origin.js';
import { untilSettled } from './until-settled.js';

/** Methods of a slot whose result is the component's work as well: networks, optimizers, data sets, compiled steps. */
const makers: Readonly<Partial<Record<SlotName, readonly string[]>>> = {
  backend: ['compile'],
  dataset: ['open'],
  generator: ['create'],
  discriminator: ['create'],
  optimizer: ['create'],
  objective: ['create'],
  sampler: ['open'],
};

/** What of a plugin may fail, for messages. */
export interface Contained {
  /** As it is named, e.g. `loss soft-margin` or `part trainer`. */
  readonly name: string;
  /** Of a component; null for a part. */
  readonly slot: SlotName | null;
  readonly plugin: Plugin;
}

/**
 * Runs code of a plugin. What it throws comes out with the names of component and plugin, and file and line; an error with a
 * code, which says itself what is wrong, comes out as it is. A promise that nothing will ever settle rejects.
 * @param action - what is done, e.g. `create`
 */
export function runContained<T>(component: Contained, action: string, run: () => T): T {
  const failed = (cause: unknown): Error => {
    if (isGanymedeError(cause)) return cause;
    const place = placeIn(cause, originOfPlugin(component.plugin)?.file ?? null);
    return componentFailed(component, action, cause, place);
  };
  let result: T;
  try {
    result = run();
  } catch (cause) {
    throw failed(cause);
  }
  if (!isPromise(result)) return result;
  const never = (): Error => componentFailed(component, action, new Error('its promise never settles'), null);
  const contained = untilSettled(
    result.then(undefined, (cause: unknown) => {
      throw failed(cause);
    }),
    never,
  );
  return contained as T;
}

/**
 * A component that behaves as the plugin's does and names it when it fails. Methods run on the component itself, so that its
 * private fields work; a frozen component is fine too.
 */
export function contain<T>(component: Contained, made: T): T {
  if (made === null || typeof made !== 'object') return made;
  const methods = new Map<PropertyKey, unknown>();
  const target = made as object;
  const read = (key: PropertyKey): unknown => {
    const value: unknown = runContained<unknown>(
      component,
      String(key),
      () => Reflect.get(target, key, target) as unknown,
    );
    if (typeof value !== 'function' || key === 'constructor') return value;
    if (!methods.has(key)) methods.set(key, containedMethod(component, target, key));
    return methods.get(key);
  };
  // The target of the proxy is an empty object: of a frozen one a proxy may only give the very values.
  return new Proxy({} as object, {
    get: (_, key) => read(key),
    set: (_, key, value) => Reflect.set(target, key, value, target),
    has: (_, key) => Reflect.has(target, key),
    ownKeys: () => Reflect.ownKeys(target),
    getPrototypeOf: () => Reflect.getPrototypeOf(target) as object | null,
    getOwnPropertyDescriptor: (_, key) =>
      Object.hasOwn(target, key)
        ? {
            value: read(key),
            enumerable: Object.prototype.propertyIsEnumerable.call(target, key),
            configurable: true,
            writable: true,
          }
        : undefined,
  }) as T;
}

function containedMethod(component: Contained, target: object, key: PropertyKey) {
  const isMaker = component.slot !== null && (makers[component.slot]?.includes(String(key)) ?? false);
  return (...args: unknown[]): unknown => {
    const method = Reflect.get(target, key, target) as (...args: unknown[]) => unknown;
    const result = runContained(component, String(key), () => method.apply(target, args));
    if (!isMaker) return result;
    return isPromise(result) ? result.then((one) => contain(component, one)) : contain(component, result);
  };
}

function isPromise(value: unknown): value is Promise<unknown> {
  return (
    value !== null && typeof value === 'object' && typeof (value as Promise<unknown>).then === 'function'
  );
}
