import { join } from 'node:path';
import { checkpoints, core, tf, toolkit, trainer } from './packages.js';

const resolutions = (text) => (text === '0' ? [] : text.split('_').map(Number));

/** Options of our components for a config of BigGAN-PyTorch. */
function networkChoices(config, fusedScale) {
  const use = config.module === 'BigGANdeep' ? 'biggan-deep' : 'biggan';
  const deep = use === 'biggan-deep';
  const shared = { use, spectralNormEps: config.SN_eps };
  return {
    generator: {
      ...shared,
      fusedScale,
      channels: config.G_ch,
      attention: resolutions(config.G_attn),
      latentSize: config.dim_z,
      batchNormEps: config.BN_eps,
      ...(config.shared_dim ? { sharedSize: config.shared_dim } : {}),
      ...(deep
        ? { depth: config.G_depth } // always hierarchical, always with a shared embedding
        : { hierarchical: config.hier, sharedEmbedding: config.G_shared }),
    },
    discriminator: {
      ...shared,
      channels: config.D_ch,
      attention: resolutions(config.D_attn),
      ...(deep ? { depth: config.D_depth } : { wide: config.D_wide, fusedScale }),
    },
  };
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
  const exported = checkpoints.exportBigGanPyTorch({ ...hostTensors(all), ...hostTensors(tensors) });
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
  const imported = checkpoints.importBigGanPyTorch(await checkpoints.readTorchFile(file), shapes);
  for (const [name, { shape, data }] of Object.entries(imported)) {
    tf.tidy(() => variables[name].assign(tf.tensor(data, shape)));
  }
}

/** What a state dict of the reference holds, by its own names, without what is not compared. */
async function reference(file) {
  const tensors = await checkpoints.readTorchFile(file);
  return Object.fromEntries(
    Object.entries(tensors)
      .filter(([name]) => !/accumulation_counter|num_batches_tracked/.test(name))
      .map(([name, { data }]) => [name.replace(/\.bn\.stored_/, '.stored_'), data]),
  );
}

const isState = (name) => /\.(u\d+|sv\d+|stored_mean|stored_var)$/.test(name);
const pick = (tensors, keep) => Object.fromEntries(Object.entries(tensors).filter(([name]) => keep(name)));

/**
 * Runs a fixture of BigGAN-PyTorch: evaluation, then one D step and one G step in training mode, in the order and
 * with the arithmetic of `../shared/parity`'s README, by the trainer's own loss functions and optimizers.
 */
export async function checkBigGan(folder, config, { backend, fusedScale }, comparison) {
  const container = await toolkit.createContainer();
  const engine = container.resolve('backend', { use: backend });
  await engine.activate();
  const io = await checkpoints.readSafetensors(join(folder, 'io.safetensors'));
  const inputs = io.tensors ?? io;
  const tensor = (name) => {
    const { dtype, shape, data } = inputs[name];
    return tf.tensor(data, [...shape], dtype === 'I32' ? 'int32' : 'float32');
  };
  const images = (name) => tf.tidy(() => tf.transpose(tensor(name), [0, 2, 3, 1]));
  const nchw = (x) => tf.tidy(() => tf.transpose(x, [0, 3, 1, 2]).dataSync());

  const choices = networkChoices(config, fusedScale);
  const spec = {
    imageShape: { height: config.resolution, width: config.resolution, channels: inputs.x.shape[1] },
    classes: config.n_classes,
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
  const stepOf = async (name, network, learningRate, optimizer, lossOf) => {
    const weights = core.weightsOf(network);
    const { gradients, scalars } = lossOf(weights);
    const expected = gradientsOf(await checkpoints.readSafetensors(join(folder, 'grads.safetensors')), name);
    comparison.gradients(name, asReference(gradients, variablesOf(network)), expected);
    const instance = optimizer.create(weights);
    tf.tidy(() => instance.apply(weights, gradients, tf.scalar(learningRate), tf.scalar(1)));
    return Object.fromEntries(Object.entries(scalars).map(([key, s]) => [key, s.dataSync()]));
  };

  // One generator call serves both `g_train` and the discriminator's step, as in the source.
  const seen = {};
  const recording = {
    ...recipe,
    generator: { ...generator, generate: (...call) => (seen.fake = tf.keep(generator.generate(...call))) },
    discriminator: {
      ...discriminator,
      discriminate: (...call) => (seen.logits = tf.keep(discriminator.discriminate(...call))),
    },
  };
  const dLosses = await stepOf('D', discriminator, config.D_lr, adam(config.D_B1, config.D_B2), (weights) =>
    trainer.discriminatorLoss(
      recording,
      weights,
      { real, realLabels, z, fakeLabels: y, uniform: tf.zeros([z.shape[0]]) },
      [],
    ),
  );
  comparison.tensor('g_train', nchw(seen.fake), inputs.g_train.data, 1e-4);
  const logits = seen.logits.dataSync();
  comparison.tensor('d_fake', logits.slice(0, z.shape[0]), inputs.d_fake.data, 1e-4);
  comparison.tensor('d_real', logits.slice(z.shape[0]), inputs.d_real.data, 1e-4);
  comparison.tensor('loss_d_real', dLosses.lossReal, inputs.loss_d_real.data, 1e-4);
  comparison.tensor('loss_d_fake', dLosses.lossFake, inputs.loss_d_fake.data, 1e-4);

  const penalties =
    config.G_ortho > 0
      ? [
          container.resolve('regularizer', {
            use: 'orthogonal',
            network: 'generator',
            strength: config.G_ortho / 2,
          }),
        ]
      : [];
  const gLosses = await stepOf('G', generator, config.G_lr, adam(config.G_B1, config.G_B2), (weights) =>
    trainer.generatorLoss(recipe, weights, { z: tensor('z_g'), fakeLabels: tensor('y_g') }, penalties),
  );
  comparison.tensor('loss_g', gLosses.loss, inputs.loss_g.data, 1e-4);

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
