/** What a sim run is called, and what it keeps to itself: the same for every run of a plan. */
import type { Plan } from '#kernel';

/** The run's name on the wire: a constant, since it is in every topic and so in every byte. */
export const RUN = 'sim';

/** A seeded secret: there is nobody in here to keep one from. */
export const secretOf = (plan: Plan): string => `secret/${plan.seed}`;
