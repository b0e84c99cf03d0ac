/** What a plug-in that threw had to say: a throw of one must stay that one's own affair. */
export const errorText = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
