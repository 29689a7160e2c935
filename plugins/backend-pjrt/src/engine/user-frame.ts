import { userFrameOutside } from '@ganymede/tracing';
import { dirname } from 'node:path';

/** ` (at file:line:column)` of the innermost caller outside this package. */
export const userFrame = userFrameOutside(dirname(dirname(__dirname)));
