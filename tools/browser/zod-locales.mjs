/**
 * zod names all its languages in one object, which no bundler can thin out; our messages are English.
 * @type {import('esbuild').Plugin}
 */
export const englishOnly = {
  name: 'zod-in-english',
  setup(builder) {
    builder.onLoad({ filter: /[\\/]zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, () => ({
      contents: "export { default as en } from './en.js';",
    }));
  },
};
