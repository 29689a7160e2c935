/** `npm run build`: what is published, from the sources. */
import { build } from './setup/build.mjs';

try {
  await build();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
