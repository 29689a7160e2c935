/** Whether data lies behind an address (http or https) rather than at a path. */
export const isAddress = (path: string): boolean => /^https?:\/\//i.test(path);
