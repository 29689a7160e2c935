import { userFrameOutside } from '@ganymede/tracing';
import { dirname } from 'node:path';

/** ` (at file:line:column)` of the innermost caller outside this package, its kernel layer included. */
export const userFrame = userFrameOutside(dirname(__dirname));
