/** Honest: the document that renderers see. */
export const result = 1;
