/** Resolves when the time is over; nothing is kept alive by it. */
export const after = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => void setTimeout(resolve, milliseconds).unref());
