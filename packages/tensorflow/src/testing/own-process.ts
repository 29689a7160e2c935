import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { buildSync } from 'esbuild';

/** This package as its users have it, for programs in processes of their own. */
export class BundledPackage {
  private readonly folder = mkdtempSync(join(tmpdir(), 'process-test-'));

  constructor() {
    mkdirSync(join(this.folder, 'dist'));
    symlinkSync(join(__dirname, '..', '..', 'kernels'), join(this.folder, 'kernels'));
    buildSync({
      entryPoints: [join(__dirname, '..', 'index.ts')],
      outfile: join(this.folder, 'dist', 'index.js'),
      bundle: true,
      platform: 'node',
      format: 'cjs',
      external: ['@tensorflow/tfjs', 'koffi'],
      logLevel: 'error',
    });
  }

  /**
   * Arguments and environment of a Node that registers TensorFlow as `tensorflow` and runs the program, to which `exported` is this
   * package.
   * @param options - of `registerTensorFlow`
   */
  node(
    program: string,
    options: object = {},
  ): { readonly argv: readonly string[]; readonly env: NodeJS.ProcessEnv } {
    const setUp = `
      const tf = require('@tensorflow/tfjs');
      const exported = require(${JSON.stringify(join(this.folder, 'dist', 'index.js'))});
      const { compile } = exported;
      const tensorflow = exported.registerTensorFlow(${JSON.stringify({ threads: 1, ...options })});`;
    const modules = dirname(dirname(dirname(require.resolve('@tensorflow/tfjs/package.json'))));
    return {
      argv: ['-e', `${setUp}tf.setBackend('tensorflow').then(async () => { ${program} });`],
      env: { ...process.env, FORCE_COLOR: '0', NODE_PATH: modules },
    };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}
