/** ` (at file:line)` of the first caller outside this package and node_modules; empty if there is none. */
export function userFrame(): string {
  const lines = (new Error('where').stack ?? '').split('\n').slice(1);
  const frame = lines.find(
    (line) =>
      /[/\\]/.test(line) &&
      !line.includes('node_modules') &&
      !line.includes('node:') &&
      (!line.includes(__dirname) || line.includes('.test.')),
  );
  const place = frame && /\(?([^()\s]+:\d+:\d+)\)?$/.exec(frame);
  return place ? ` (at ${place[1]})` : '';
}
