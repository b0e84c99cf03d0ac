/** Honest: powers are banned among the devices only. */
export const squares = (x: number): number => x ** 2 + Math.pow(x, 2);
