import { join } from 'node:path';
import { acrossEdges, repetitions, rounding } from './edges.js';
import { checkpoints, core, importers, tf, toolkit, torchFiles, trainer } from './packages.js';
import { StepFunction } from './step-function.js';

/** Our components and regularizers for a config of BigGAN-PyTorch, as the importer has them. */
function recipeOf(config, fusedScale) {
  const { document, classes } = importers.bigganPyTorchRecipe(importers.parseBigGanPyTorchFlags(config));
  const { generator, discriminator, regularizers } = document;
  const deep = discriminator.use === 'biggan-deep';
  return {
    classes,
    regularizers,
    choices: {
      generator: { ...generator, fusedScale },
      discriminator: deep ? discriminator : { ...discriminator, fusedScale },
    },
  };
}

/**
 * What BigGAN-PyTorch regularizes besides: without a shared embedding the gains and biases of conditional batch norm are
 * embeddings, whose filters are classes there.
 */
function classwise(container, { exclude, ...choice }) {
  if (!exclude) return [];
  const penalty = container.resolve('regularizer', { ...choice, exclude: [] });
  const ofEmbeddings = (weights) =>
    Object.entries(weights).filter(([name]) => /\.(gain|bias)\.weight$/.test(name));
  return [
    {
      network: choice.network,
      interval: 1,
      penalty: ({ weights }) =>
        penalty.penalty({
          weights: Object.fromEntries(
            ofEmbeddings(weights).map(([name, weight]) => [name, tf.transpose(weight)]),
          ),
        }),
    },
  ];
}

const variablesOf = (network) => ({ ...core.weightsOf(network), ...core.stateOf(network) });

function hostTensors(tensors) {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, tensor]) => [
      name,
      { dtype: 'F32', shape: tensor.shape, data: Float32Array.from(tensor.dataSync()) },
    ]),
  );
}

/** Tensors of one of our networks under the reference's names and in its layout. */
function asReference(tensors, all) {
  // The names of a few tensors do not tell which network they are of, so the whole network goes with them.
  const exported = importers.exportBigGanPyTorch({ ...hostTensors(all), ...hostTensors(tensors) });
  const wanted = new Set(
    Object.keys(tensors).map((name) =>
      name.replace(/\.mean$/, '.stored_mean').replace(/\.variance$/, '.stored_var'),
    ),
  );
  return Object.fromEntries(
    Object.entries(exported)
      .filter(([name]) => wanted.has(name))
      .map(([name, { data }]) => [name, data]),
  );
}

async function load(network, file) {
  const variables = variablesOf(network);
  const shapes = Object.fromEntries(
    Object.entries(variables).map(([name, variable]) => [name, variable.shape]),
  );
  const imported = importers.importBigGanPyTorch(await torchFiles.readTorchFile(file), shapes);
  for (const [name, { shape, data }] of Object.entries(imported)) {
    tf.tidy(() => variables[name].assign(tf.tensor(data, shape)));
  }
}

/** What a state dict of the reference holds, by its own names, without what is not compared. */
async function reference(file) {
  const tensors = await torchFiles.readTorchFile(file);
  return Object.fromEntries(
    Object.entries(tensors)
      .filter(([name]) => !/accumulation_counter|num_batches_tracked/.test(name))
      .map(([name, { data }]) => [name.replace(/\.bn\.stored_/, '.stored_'), data]),
  );
}

const copied = (variables) =>
  Object.fromEntries(
    Object.entries(variables).map(([name, variable]) => [name, variable.dataSync().slice()]),
  );

function assign(variables, values) {
  for (const [name, variable] of Object.entries(variables))
    tf.tidy(() => variable.assign(tf.tensor(values[name], variable.shape)));
}

/** Moves every entry by no more than rounding does. */
function nudge(variables, random) {
  for (const variable of Object.values(variables)) {
    const values = variable.dataSync().slice();
    const shares = random.uniforms(values.length);
    for (let i = 0; i < values.length; i++) values[i] *= 1 + (2 * shares[i] - 1) * rounding;
    tf.tidy(() => variable.assign(tf.tensor(values, variable.shape)));
  }
}

const isState = (name) => /\.(u\d+|sv\d+|stored_mean|stored_var)$/.test(name);
const pick = (tensors, keep) => Object.fromEntries(Object.entries(tensors).filter(([name]) => keep(name)));

/**
 * Runs a fixture of BigGAN-PyTorch: evaluation, then one D step and one G step in training mode, in the order and
 * with the arithmetic of `../shared/parity`'s README, by the trainer's own loss functions and optimizers.
 */
export async function checkBigGan(folder, config, { backend, fusedScale, strict }, comparison) {
  const container = await toolkit.createContainer();
  const engine = container.resolve('backend', { use: backend });
  await engine.activate();
  const io = await checkpoints.readSafetensors(join(folder, 'io.safetensors'));
  const stored = await checkpoints.readSafetensors(join(folder, 'grads.safetensors'));
  const inputs = io.tensors ?? io;
  const tensor = (name) => {
    const { dtype, shape, data } = inputs[name];
    return tf.tensor(data, [...shape], dtype === 'I32' ? 'int32' : 'float32');
  };
  const images = (name) => tf.tidy(() => tf.transpose(tensor(name), [0, 2, 3, 1]));
  const nchw = (x) => tf.tidy(() => tf.transpose(x, [0, 3, 1, 2]).dataSync());

  const { choices, classes, regularizers } = recipeOf(config, fusedScale);
  const spec = {
    imageShape: { height: config.resolution, width: config.resolution, channels: inputs.x.shape[1] },
    classes,
  };
  const create = (slot) =>
    container.resolve(slot, choices[slot]).create({ ...spec, random: core.RandomStream.create(0, slot) });
  const generator = create('generator');
  const discriminator = create('discriminator');
  await load(generator, join(folder, 'G.pth'));
  await load(discriminator, join(folder, 'D.pth'));

  const z = tensor('z');
  const y = tensor('y');
  const real = images('x');
  const realLabels = tensor('y_real');
  const evaluate = (name, run) => {
    const output = tf.tidy(run);
    comparison.tensor(name, output.rank === 4 ? nchw(output) : output.dataSync(), inputs[name].data, 1e-4);
    output.dispose();
  };
  evaluate('g_eval', () => generator.generate(z, y, core.evaluationCall));
  evaluate('d_eval', () => discriminator.discriminate(real, realLabels, core.evaluationCall));

  const recipe = {
    generator,
    discriminator,
    loss: container.resolve('loss', { use: 'hinge' }),
    augmentation: null,
    splitDiscriminator: false,
  };
  const adam = (beta1, beta2) =>
    container.resolve('optimizer', { use: 'adam', beta1, beta2, epsilon: config.adam_eps });
  /**
   * The gradients of one step, compared with the reference's, across edges where they need it; then the update. Loss and
   * gradients are one function, as in training.
   * @returns what else the step gives: its scalars and what it saw
   */
  const stepOf = async (name, network, learningRate, optimizer, inputs, lossOf) => {
    const weights = core.weightsOf(network);
    const step = new StepFunction(engine, name, (given) => lossOf(weights, given));
    const expected = gradientsOf(stored, name);
    const networks = [generator, discriminator];
    const before = networks.map((one) => copied(variablesOf(one)));
    const { gradients, others } = await step.run(inputs);
    const after = networks.map((one) => copied(variablesOf(one)));
    const ofReference = (found) => asReference(found, variablesOf(network));
    const ours = ofReference(gradients);
    let compared = ours;
    const repeated = [];
    const atMost = strict ? 0 : repetitions;
    while (!comparison.gradientsFit(compared, expected) && repeated.length < atMost) {
      const random = core.RandomStream.create(repeated.length, 'rounding');
      networks.forEach((one, i) => assign(variablesOf(one), before[i]));
      for (const one of networks) nudge(core.weightsOf(one), random);
      const found = await step.run(inputs);
      repeated.push(ofReference(found.gradients));
      tf.dispose(found);
      // A power of two: solving for all costs more than repeating.
      if (Number.isInteger(Math.log2(repeated.length)))
        compared = acrossEdges(ours, repeated, expected, comparison.bounds(expected));
    }
    networks.forEach((one, i) => assign(variablesOf(one), after[i]));
    if (!comparison.gradientsFit(compared, expected)) compared = ours;
    else if (repeated.length > 0) comparison.edges(name, ours, expected, repeated.length);
    comparison.gradients(name, compared, expected);
    const instance = optimizer.create(weights);
    tf.tidy(() => instance.apply(weights, gradients, tf.scalar(learningRate), tf.scalar(1)));
    step.dispose();
    return others;
  };

  // One generator call serves both `g_train` and the discriminator's step, as in the source.
  const seenBy = (seen) => ({
    ...recipe,
    generator: { ...generator, generate: (...call) => (seen.fake = tf.keep(generator.generate(...call))) },
    discriminator: {
      ...discriminator,
      discriminate: (...call) => (seen.logits = tf.keep(discriminator.discriminate(...call))),
    },
  });
  const ofD = await stepOf(
    'D',
    discriminator,
    config.D_lr,
    adam(config.D_B1, config.D_B2),
    { real, realLabels, z, fakeLabels: y },
    (weights, given) => {
      const seen = {};
      const result = trainer.discriminatorLoss(seenBy(seen), weights, given, []);
      return { ...result, seen };
    },
  );
  comparison.tensor('g_train', nchw(ofD.fake), inputs.g_train.data, 1e-4);
  const logits = ofD.logits.dataSync();
  comparison.tensor('d_fake', logits.slice(0, z.shape[0]), inputs.d_fake.data, 1e-4);
  comparison.tensor('d_real', logits.slice(z.shape[0]), inputs.d_real.data, 1e-4);
  comparison.tensor('loss_d_real', ofD.lossReal.dataSync(), inputs.loss_d_real.data, 1e-4);
  comparison.tensor('loss_d_fake', ofD.lossFake.dataSync(), inputs.loss_d_fake.data, 1e-4);

  const penalties = regularizers
    .filter(({ network }) => network === 'generator')
    .flatMap((choice) => [container.resolve('regularizer', choice), ...classwise(container, choice)]);
  const ofG = await stepOf(
    'G',
    generator,
    config.G_lr,
    adam(config.G_B1, config.G_B2),
    { z: tensor('z_g'), fakeLabels: tensor('y_g') },
    (weights, given) => trainer.generatorLoss(recipe, weights, given, penalties),
  );
  comparison.tensor('loss_g', ofG.loss.dataSync(), inputs.loss_g.data, 1e-4);

  for (const [name, network, learningRate] of [
    ['D', discriminator, config.D_lr],
    ['G', generator, config.G_lr],
  ]) {
    const expected = await reference(join(folder, `${name}.after.pth`));
    const variables = variablesOf(network);
    const ours = asReference(variables, variables);
    for (const [key, value] of Object.entries(pick(expected, isState))) {
      if (ours[key]) comparison.tensor(`state ${name}.${key}`, ours[key], value, 1e-3);
      else throw new Error(`${name}: expected state ${key}, got none`);
    }
    comparison.changes(
      name,
      ours,
      pick(expected, (key) => !isState(key)),
      learningRate,
      gradientsOf(stored, name),
    );
  }
}

function gradientsOf(file, network) {
  const prefix = `${network}.`;
  return Object.fromEntries(
    Object.entries(file.tensors ?? file)
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, { data }]) => [name.slice(prefix.length), data]),
  );
}
