/**
 * A catalog for tests of what is written: names with what they take, and no plug-ins behind them.
 */
import type { Catalog, Word } from '#kernel';

export function catalogOf(families: Readonly<Record<string, readonly Word[]>>): Catalog {
  return {
    of: () => new Map(),
    words: (family) => {
      const words = Object.hasOwn(families, family) ? families[family] : undefined;
      return words && new Map(words.map((word) => [word.kind, word]));
    },
  };
}

/** A workflow with every form of parameter that nests. */
export const ROLL_OUT: Word = {
  kind: 'roll-out',
  summary: 'New firmware.',
  params: {
    to: { kind: 'text', about: 'Version.' },
    rings: {
      kind: 'list',
      about: 'Who, when.',
      min: 1,
      of: {
        kind: 'record',
        about: 'One ring.',
        fields: {
          share: { kind: 'share', about: 'How many.' },
          wait: { kind: 'duration', about: 'How long.', default: '5s' },
          after: { kind: 'text', about: 'After which fault.', names: 'fault', optional: true },
        },
      },
    },
    labels: {
      kind: 'map',
      about: 'By name.',
      of: { kind: 'integer', about: 'A number.' },
      optional: true,
    },
  },
};

export const wordsOf = (...kinds: string[]): Word[] => kinds.map((kind) => ({ kind, params: {} }));
