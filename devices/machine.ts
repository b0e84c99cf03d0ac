/**
 * What a device does, as one statechart: each part of its life is a region of its own, and
 * `region.state` is the public name of where it stands. It hears a few lifecycle events a minute;
 * messages and samples never pass through it. One machine serves a whole fleet; a device is an
 * actor of it, with its hands and policy as input and every delay on the clock it is created with.
 */
import { connection } from './parts/connection.ts';
import { power } from './parts/power.ts';
import { vocabulary } from './parts/vocabulary.ts';

export const deviceMachine = () =>
  vocabulary.createMachine({
    id: 'device',
    type: 'parallel',
    context: ({ input }) => ({
      hands: input.hands,
      policy: input.policy,
      attempts: 0,
      epoch: 0,
      cause: 'power-on',
      lostState: false,
    }),
    states: { power, connection },
  });
