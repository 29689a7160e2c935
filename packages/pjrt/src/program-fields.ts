import { Struct } from './struct.js';
import { innerLayouts } from './struct-layouts.js';

/**
 * What every call that compiles takes.
 * @param text - of a StableHLO module
 * @param options - as `compileOptions` makes them
 */
export function programFields(text: string, options: Uint8Array) {
  const code = Buffer.from(text);
  const format = Buffer.from('mlir');
  const fields = { code, code_size: code.length, format, format_size: format.length };
  return {
    program: new Struct(innerLayouts.PJRT_Program, fields),
    compile_options: options,
    compile_options_size: options.length,
  };
}
