/** What whoever takes a dead run back gives to a shell, so that nothing of it is left in a place. */
export const removalOf = (path: string): string => `rm -rf '${path.replaceAll("'", `'\\''`)}'`;
