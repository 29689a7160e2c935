const tf = require('@tensorflow/tfjs');
const { z } = require('zod');

/** What plugins written by plugin-life.test.ts register. */
module.exports = {
  slot: 'loss',
  id: 'margins',
  summary: 'A loss.',
  options: z.strictObject({}),
  create: () => ({
    discriminator: (real, fake) => ({ real: tf.neg(tf.mean(real)), fake: tf.mean(fake) }),
    generator: (fake) => tf.neg(tf.mean(fake)),
  }),
};
