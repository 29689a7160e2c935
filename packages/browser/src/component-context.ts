import type { ComponentContext } from '@ganymede/core';

/** Components that a page makes have no run, and ask for no time. */
export const pageContext: ComponentContext = { runFolder: null, now: () => performance.now() };
