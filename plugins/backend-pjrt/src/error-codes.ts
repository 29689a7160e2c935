/** What the error codes of this package mean and what to do; docs/errors.md is made from it. */
export const errorCodes: Readonly<Record<string, { readonly meaning: string; readonly remedy: string }>> = {
  DEVICES_AND_WORKERS: {
    meaning: 'Several processes were to have several devices each',
    remedy: 'Leave `devices` out: each process takes a device of its own',
  },
  KERNEL_MISSING: {
    meaning: 'The pjrt backend has no kernel for an operation',
    remedy: 'Use the backend tensorflow, or other operations',
  },
  NO_DEVICE: { meaning: 'A PJRT plugin has no device of that number', remedy: 'Devices count from 0' },
  STEP_FAILED: {
    meaning: 'A device failed in a step whose variables it had taken over',
    remedy: 'Go on from a checkpoint; if memory ran out, with a smaller batch',
  },
  TYPE_UNSUPPORTED: {
    meaning: 'A tensor of text or complex numbers met the pjrt backend',
    remedy: 'Keep it on the host, or use the backend tensorflow',
  },
  VARIABLE_IN_RUN: {
    meaning: 'A variable was read while a step that assigns it was running, or after that step failed',
    remedy: 'Await the run',
  },
};
