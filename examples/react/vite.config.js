/** The generator's package names its files by `new URL`, which the development server must not bundle away. */
export default {
  optimizeDeps: { exclude: ['generator'] },
  worker: { format: 'es' },
};
