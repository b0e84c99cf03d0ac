/**
 * A bus of a gateway that is a real one: sockets instead of a model. What can be done on it is the
 * affair of its kind: a part says in a file of gateway/lines what it needs of one, under the word
 * by which it asks for it. Who opens sockets is the affair of whoever runs the fleet, and where
 * there are none, in virtual time, there is no such bus and the part goes by its model.
 */

/** By its word, what a part says when it opens one, and what it gets. */
// biome-ignore lint/suspicious/noEmptyInterface: the files of the lines fill it.
export interface FieldBuses {}

export type FieldBusKind = keyof FieldBuses & string;

/**
 * Whatever a bus has to tell its part goes through this: it is done in the name of the part, and
 * not at all once the life of its device is over.
 */
export type Enter = (action: () => void) => void;

/** Opens a bus of a kind; null where all of them are modelled. */
export type OpenFieldBus = <K extends FieldBusKind>(
  kind: K,
  options: FieldBuses[K]['options'],
  enter: Enter,
) => FieldBuses[K]['bus'] | null;
