/** Honest: the public face is part of the roof. */
export { verdict } from '#reports';
