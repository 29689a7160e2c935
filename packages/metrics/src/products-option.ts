import { z } from 'zod';

export const productsOption = z
  .enum(['auto', 'float64', 'backend'])
  .default('auto')
  .describe(
    'Where matrix products run: here in float64, on the backend with the rounding made up for, or by their size.',
  );
