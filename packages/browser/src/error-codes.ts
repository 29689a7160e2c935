/** What the error codes of this package mean and what to do; docs/errors.md is made from it. */
export const errorCodes: Readonly<Record<string, { readonly meaning: string; readonly remedy: string }>> = {
  BAD_REQUEST: {
    meaning: 'What is asked of a generator in a page cannot be made',
    remedy: 'Change what the message names',
  },
  GENERATOR_INCOMPATIBLE: {
    meaning: 'The weights of an exported generator are not those of its network',
    remedy: 'Use the version that exported it, or export the run again',
  },
  GENERATOR_NOT_FOUND: {
    meaning: 'There is no exported generator at an address, or no way to it',
    remedy: 'Check the address and the connection',
  },
  NO_BROWSER_BACKEND: {
    meaning: 'The browser has none of the engines that were asked for',
    remedy: 'Ask for `auto`, or use a browser with WebAssembly',
  },
};
