/** What whoever takes a dead run back gives to a shell, so that nothing is left in a place. */
export function removalOf(path: string): string {
  return `rm -rf '${path.replaceAll("'", `'\\''`)}'`;
}
