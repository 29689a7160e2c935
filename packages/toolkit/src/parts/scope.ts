import type { PartDefinition, Parts, PartScope, PartToken, PartWrapper } from '@ganymede/core';
import type { DependencyContainer } from 'tsyringe';
import { partCycle, scopeClosed, unknownPart } from '../errors.js';
import { WaitGraph } from './wait-graph.js';

/** What a plugin does to a part. */
export type PartChange =
  | { readonly kind: 'replace'; readonly plugin: string; readonly definition: PartDefinition }
  | {
      readonly kind: 'wrap';
      readonly plugin: string;
      readonly token: PartToken<unknown>;
      readonly wrap: PartWrapper<unknown>;
    };

type Dispose = () => void | Promise<void>;

/**
 * A part scope over a tsyringe container: each part lies under its token's name as a factory that keeps what it made.
 * tsyringe's own scopes will not do, since parts are made asynchronously and must be disposed of in order.
 */
export class Scope implements PartScope {
  private readonly children: PartScope[] = [];
  private readonly disposals: Dispose[] = [];
  private readonly names = new Set<string>();
  private isOpen = true;

  /** @param waits - shared by a scope and its children */
  constructor(
    private readonly container: DependencyContainer,
    definitions: readonly PartDefinition[],
    private readonly changes: readonly PartChange[],
    private readonly waits = new WaitGraph(),
  ) {
    for (const definition of definitions) this.define(definition);
  }

  get<T>(token: PartToken<T>): Promise<T> {
    return this.find(token, null);
  }

  provide<T>(token: PartToken<T>, part: T, dispose?: (part: T) => void | Promise<void>): void {
    this.names.add(token.name);
    this.container.register(token.name, { useFactory: () => Promise.resolve(part) });
    if (dispose) this.disposals.push(() => dispose(part));
  }

  child(definitions: readonly PartDefinition[]): PartScope {
    const container = this.container.createChildContainer();
    const scope = new Scope(container, definitions, this.changes, this.waits);
    this.children.push(scope);
    return scope;
  }

  async dispose(): Promise<void> {
    this.isOpen = false;
    const errors: unknown[] = [];
    // Children use this scope's parts, those too that were made after them.
    const ofChildren = this.children.splice(0).map((child) => () => child.dispose());
    for (const dispose of [...this.disposals.splice(0), ...ofChildren].reverse()) {
      try {
        await dispose();
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw errors[0];
  }

  private define(original: PartDefinition): void {
    const { token } = original;
    const replaced = this.changes.findLast(
      (change) => change.kind === 'replace' && change.definition.token.name === token.name,
    );
    const factory = replaced?.kind === 'replace' ? replaced.definition : original;
    const wrappers = this.changes.filter(
      (change) => change.kind === 'wrap' && change.token.name === token.name,
    );
    const parts: Parts = { get: (wanted) => this.find(wanted, token.name) };
    const make = async (): Promise<unknown> => {
      if (!this.isOpen) throw scopeClosed(token.name);
      const inner = await factory.create(parts);
      if (factory.dispose) this.disposals.push(() => factory.dispose?.(inner));
      let part = inner;
      for (const change of wrappers) if (change.kind === 'wrap') part = await change.wrap(part, parts);
      return part;
    };
    let made: Promise<unknown> | null = null;
    this.names.add(token.name);
    this.container.register(token.name, { useFactory: () => (made ??= make()) });
  }

  private async find<T>(token: PartToken<T>, asker: string | null): Promise<T> {
    if (!this.container.isRegistered(token.name, true)) throw unknownPart(token.name, asker, [...this.names]);
    const cycle = asker === null ? null : this.waits.begin(asker, token.name);
    if (cycle) throw partCycle(cycle);
    try {
      return await this.container.resolve<Promise<T>>(token.name);
    } finally {
      if (asker !== null) this.waits.end(asker, token.name);
    }
  }
}
