/** Honest: a leaf. */
export const now = 0;
