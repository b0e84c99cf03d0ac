/** A hook with a slip in its name is noticed; what a class has of its own is left alone. */
import { expect, it } from 'vitest';
import { type Hooks, hookFlaw } from './hooks.ts';

const HOOKS: Hooks = { online: 'may', end: 'must', inbox: 'may', lost: 'may' };
const said = (living: unknown): string | null => {
  const flaw = hookFlaw(living, HOOKS);
  return flaw === null ? null : `${flaw.message}; ${flaw.remedy ?? ''}`;
};

it.each([
  ['all that there are', { online() {}, end() {}, inbox() {} }, null],
  ['only those that must be', { end: () => {} }, null],
  ['values beside them', { end() {}, count: 3 }, null],
  ['one misspelled', { onilne() {}, end() {} }, /'onilne'.*did you mean 'online'/],
  ['one that is none', { end() {}, whenever() {} }, /'whenever'.*known: online, end, inbox, lost/],
  ['one missing', { online() {} }, /has no end/],
  ['one that is no function', { end: 3 }, /has no end/],
  ['nothing', undefined, /must be an object|is missing/],
])('an object with %s', (_, living, words) => {
  if (words === null) expect(said(living)).toBeNull();
  else expect(said(living)).toMatch(words);
});

class Living {
  end(): void {}
  /** Its own, and no slip of anything. */
  host(): void {}
  ends(): void {}
  help(): void {}
}

it.each([
  ['nothing else', class extends Living {}, null],
  [
    'a swap',
    class extends Living {
      onilne(): void {}
    },
    /'onilne'/,
  ],
  [
    'a letter too many',
    class extends Living {
      inboxx(): void {}
    },
    /'inboxx'/,
  ],
  [
    'a letter too few',
    class extends Living {
      onlin(): void {}
    },
    /'onlin'/,
  ],
  [
    'a letter wrong',
    class extends Living {
      onlime(): void {}
    },
    /'onlime'/,
  ],
  [
    'another letter wrong in a short word',
    class extends Living {
      list(): void {}
    },
    null,
  ],
  [
    'a letter more that doubles none',
    class extends Living {
      onlines(): void {}
    },
    null,
  ],
  [
    'a swap in a short word',
    class extends Living {
      lots(): void {}
    },
    /'lots'/,
  ],
  [
    'a doubled letter inside',
    class extends Living {
      onnline(): void {}
    },
    /'onnline'/,
  ],
  [
    'a letter too few in a short word',
    class extends Living {
      lst(): void {}
    },
    /'lst'/,
  ],
  [
    'a word of its own',
    class extends Living {
      outline(): void {}
    },
    null,
  ],
  [
    'the hook beside it',
    class extends Living {
      onlin(): void {}
      online(): void {}
    },
    null,
  ],
])('a class with %s', (_, Made, words) => {
  const flaw = said(new Made());
  if (words === null) expect(flaw).toBeNull();
  else expect(flaw).toMatch(words);
});
