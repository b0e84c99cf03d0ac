/** Honest: belongs to one service. */
export const own = 1;
