/** Honest: the harness may enter these four. */
import { here as chaos } from '#chaos';
import { here as devices } from '#devices';
import { here as platform } from '#platform';
import { here as scenarios } from '#scenarios';
export const all = chaos + devices + platform + scenarios;
