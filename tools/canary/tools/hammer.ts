/** Honest: a tool. */
export const hammer = 1;
