/** What the error codes of this package mean and what to do; docs/errors.md is made from it. */
export const errorCodes: Readonly<Record<string, { readonly meaning: string; readonly remedy: string }>> = {
  DASHBOARD_NOT_BUILT: {
    meaning: 'The built dashboard is not there',
    remedy: 'Type npm run build in a clone',
  },
  RUN_NOT_RUNNING: {
    meaning: 'A run was to be stopped that no process of this machine trains',
    remedy: 'Stop it on the machine that trains it',
  },
};
