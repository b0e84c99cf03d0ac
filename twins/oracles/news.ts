/** What an entry of the ledger meant for the message that it tells of, as delivery found it. */

export interface News {
  kind:
    | 'none'
    | 'sent'
    | 'acked'
    | 'first-seen'
    | 'extra'
    | 'replay'
    | 'stored'
    /** Once more in a store, of a message that is to be there once. */
    | 'stored-again'
    | 'will'
    /** An observer saw it on its way down, for the first time or once more: no delivery. */
    | 'passing'
    | 'passing-again'
    | 'phantom';
  /** How often whoever got it has got it; 0 where it is no sighting of a message. */
  seenCount: number;
  /** When it got it first, in microseconds; -1 where it did not. */
  firstAt: number;
  altered: boolean;
  /** For a first sight: the larger n that came before it, or -1. */
  overtakenBy: number;
  /** That one alone came before it, and so is the one that is out of place. */
  overtakenByOne: boolean;
  /** Microseconds the message was intended at; -1 when unknown. */
  intended: number;
}

export const NO_NEWS: Readonly<News> = {
  kind: 'none',
  seenCount: 0,
  firstAt: -1,
  altered: false,
  overtakenBy: -1,
  overtakenByOne: false,
  intended: -1,
};
