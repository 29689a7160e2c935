/** The list that `parseClassList` reads; names are quoted where they must be. */
export function formatClassList(names: readonly string[], separator = ','): string {
  return names.map((name) => (needsQuotes(name) ? `"${name.replaceAll('"', '""')}"` : name)).join(separator);
}

const needsQuotes = (name: string): boolean => name === '' || /[",]|^\s|\s$/u.test(name);
