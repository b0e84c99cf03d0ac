/** Honest: the judge, which renderers must not see. */
export const judge = 1;
