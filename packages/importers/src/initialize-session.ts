import {
  disposeNetwork,
  RandomStream,
  stateOf,
  weightsOf,
  type LayerNode,
  type NamedVariables,
  type Components,
} from '@ganymede/core';
import { nothingFits } from './errors.js';
import { listedClasses, isSameClasses, matchClasses, type ClassMatch } from '@ganymede/classes';
import {
  createDiscriminator,
  createGenerator,
  hostFloats,
  type TrainingSession,
  assignVariables,
  type HostTensor,
} from '@ganymede/runs';
import { classAxis, fitClasses, type NewRows } from './fit-classes.js';
import { openWeights } from './sources/open-weights.js';

type Tensors = Readonly<Record<string, HostTensor>>;
/** By name of a variable the axis that holds a row for each class. */
type ClassAxes = Readonly<Record<string, number>>;

const networks = ['generator', 'discriminator'] as const;

/**
 * Begins a run with weights that were trained before, on whatever classes: all that fits by name and shape is taken, rows
 * of classes are matched by name and made for new ones. Moments of the optimizers are kept with their weights, and with
 * them the numbers of updates, unless a weight other than rows of classes begins anew: its moments would be zero beside
 * a large number of updates, and its first steps far too long.
 *
 * @returns what was taken and what not, in words
 * @throws WEIGHTS_MISMATCH, and as `openWeights`
 */
export async function initializeSession(
  session: TrainingSession,
  container: Components,
  init: string,
): Promise<readonly string[]> {
  const source = await openWeights([init]);
  const match = matchClasses(source.classes, session.dataset.classes);
  const notes = [
    `begins with the weights of ${init} (${source.format}, step ${source.step})`,
    matchNote(match),
  ];
  const fitting = new Fitting(session, container, match);
  const files = session.trainer.variables();
  const updates = { generator: 0, discriminator: 0 };
  for (const network of networks) {
    const weights = source.networks[network];
    if (!weights) {
      notes.push(`no ${network} there: it begins anew`);
      continue;
    }
    const axes = fitting.axesOf(network, hostFloats(weights.tensors));
    const { absent } = fitting.assign(network, files[network]!, hostFloats(weights.tensors), axes, notes);
    const moments = source.moments[network];
    if (!moments || Object.keys(moments.slots).length === 0) continue;
    if (absent.length > 0) {
      notes.push(`${network}: the moments of its optimizer begin anew, since some of its weights do`);
      continue;
    }
    if (fitting.assignSlots(network, files[`${network}-optimizer`]!, hostFloats(moments.slots), axes))
      updates[network] = moments.updates;
    else notes.push(`${network}: the moments of another optimizer are left out`);
  }
  const average = source.networks.ema;
  if (files['ema'] && average) {
    const axes = fitting.axesOf('generator', hostFloats(average.tensors));
    fitting.assign('generator', files['ema'], hostFloats(average.tensors), axes, []);
  }
  session.trainer.begin({
    generatorUpdates: updates.generator,
    discriminatorUpdates: updates.discriminator,
    averageAssigned: average !== undefined,
  });
  return notes;
}

/** Which classes of the data the weights know, by name. */
function matchNote({ sourceCount, from, leftOver, byName }: ClassMatch): string {
  if (!byName && sourceCount === 1 && from.length === 1)
    return 'the weights and the data have one class, which is taken to be the same';
  if (!byName) {
    const unnamed = `the weights do not name their ${sourceCount} classes`;
    return leftOver.length === 0
      ? `${unnamed}: they are taken to be the data's, in order`
      : `${unnamed}: the data's ${from.length} are all new`;
  }
  const kept = `${from.length - leftOver.length} of the data's ${from.length} classes are among the ${sourceCount} of the weights`;
  return leftOver.length === 0 ? kept : `${kept}, new are ${listedClasses(leftOver)}`;
}

/** Takes tensors into the variables of one session. */
class Fitting {
  constructor(
    private readonly session: TrainingSession,
    private readonly container: Components,
    private readonly match: ClassMatch,
  ) {}

  /**
   * Which tensors have rows of classes. Two shapes tell where the numbers of classes differ; where they do not, but the
   * classes do, a network of one more class is made to compare with.
   */
  axesOf(network: 'generator' | 'discriminator', tensors: Tensors): ClassAxes {
    if (isSameClasses(this.match)) return {};
    const { from, sourceCount } = this.match;
    if (from.length !== sourceCount) {
      const shapes = shapesOf(this.session.recipe[network]);
      return axesBetween(tensors, sourceCount, shapes, from.length);
    }
    const { config, dataset } = this.session;
    const choice = config[network];
    const cheapest = 'initialization' in choice ? { ...choice, initialization: 'normal' } : choice;
    const spec = { imageShape: dataset.imageShape, classes: sourceCount + 1, seed: config.seed };
    const larger =
      network === 'generator'
        ? createGenerator(this.container.resolve('generator', cheapest), spec)
        : createDiscriminator(this.container.resolve('discriminator', cheapest), spec);
    try {
      return axesBetween(tensors, sourceCount, shapesOf(larger), sourceCount + 1);
    } finally {
      disposeNetwork(larger);
    }
  }

  /** @returns names of weights that begin anew; @throws WEIGHTS_MISMATCH */
  assign(
    network: 'generator' | 'discriminator',
    variables: NamedVariables,
    tensors: Tensors,
    axes: ClassAxes,
    notes: string[],
  ): { readonly absent: readonly string[] } {
    const weightNames = Object.keys(weightsOf(this.session.recipe[network]));
    const fitted = this.fitted(tensors, axes, () => 'drawn');
    const fits = (name: string): boolean => fitted[name]?.shape.join() === variables[name]!.shape.join();
    const absent = weightNames.filter((name) => !fits(name));
    if (absent.length === weightNames.length) {
      const name = absent[0]!;
      const got = fitted[name] ? `[${fitted[name].shape.join(', ')}]` : 'nothing';
      throw nothingFits(
        network,
        network,
        `${name}: expected [${variables[name]!.shape.join(', ')}], got ${got}`,
      );
    }
    const taken = Object.fromEntries(
      Object.keys(variables)
        .filter(fits)
        .map((name) => [name, fitted[name]!]),
    );
    assignVariables(network, pick(variables, Object.keys(taken)), taken);
    const resized = Object.keys(axes).filter((name) => weightNames.includes(name));
    const count = weightNames.length - absent.length;
    notes.push(
      `${network}: ${count} of ${weightNames.length} weights taken` +
        (resized.length > 0 ? `, classes matched in ${listed(resized)}` : '') +
        (absent.length > 0 ? `; anew begin ${listed(absent)}` : ''),
    );
    return { absent };
  }

  /** @returns whether they are of this optimizer; frozen weights have none */
  assignSlots(
    network: 'generator' | 'discriminator',
    variables: NamedVariables,
    slots: Tensors,
    axes: ClassAxes,
  ): boolean {
    const slotAxes = Object.fromEntries(
      Object.keys(slots).flatMap((slot) => {
        const axis = axes[slot.slice(slot.indexOf('.') + 1)];
        return axis === undefined ? [] : [[slot, axis]];
      }),
    );
    const fitted = this.fitted(slots, slotAxes, (slot) => (slot.startsWith('v.') ? 'mean' : 'zero'));
    const names = Object.keys(variables);
    if (!names.every((name) => fitted[name]?.shape.join() === variables[name]!.shape.join())) return false;
    assignVariables(
      `${network}-optimizer`,
      variables,
      Object.fromEntries(names.map((name) => [name, fitted[name]!])),
    );
    return true;
  }

  private fitted(tensors: Tensors, axes: ClassAxes, newRows: (name: string) => NewRows): Tensors {
    const { seed } = this.session.config;
    return Object.fromEntries(
      Object.entries(tensors).map(([name, tensor]) => {
        const axis = axes[name];
        if (axis === undefined) return [name, tensor];
        // A stream for each tensor, so that the generator and its average are given the same rows.
        const random = RandomStream.create(seed, `new-classes ${name}`);
        return [name, fitClasses(tensor, axis, this.match, newRows(name), random)];
      }),
    );
  }
}

function shapesOf(network: LayerNode): Record<string, readonly number[]> {
  const variables = { ...weightsOf(network), ...stateOf(network) };
  return Object.fromEntries(Object.entries(variables).map(([name, { shape }]) => [name, shape]));
}

function axesBetween(
  tensors: Tensors,
  classes: number,
  shapes: Readonly<Record<string, readonly number[]>>,
  otherClasses: number,
): ClassAxes {
  return Object.fromEntries(
    Object.entries(tensors).flatMap(([name, { shape }]) => {
      const axis = shapes[name] ? classAxis(shape, classes, shapes[name], otherClasses) : null;
      return axis === null ? [] : [[name, axis]];
    }),
  );
}

function pick(variables: NamedVariables, names: readonly string[]): NamedVariables {
  return Object.fromEntries(names.map((name) => [name, variables[name]!]));
}

function listed(names: readonly string[]): string {
  return names.length > 6 ? `${names.slice(0, 6).join(', ')} and ${names.length - 6} more` : names.join(', ');
}
