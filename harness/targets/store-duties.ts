/**
 * What every kind of store owes: it keeps secrets out of its parameters, and is opened without
 * reading anything, so that a run which never comes to its end has asked nobody.
 */
import { type Duty, exampleOf } from '#kernel';
import { STORE_PARAMS } from '../plan/store-words.ts';
import type { StoreKind } from './store.ts';

const SECRET = /^(?:password|passwd|pass|secret|token|key|auth|user)$/i;

export const duties: readonly Duty<StoreKind>[] = [
  {
    says: 'takes no secret as it is, but the name of a variable or a file that holds it',
    flaws: ({ params }) =>
      Object.keys(params)
        .filter((name) => SECRET.test(name))
        .map((name) => `the parameter '${name}' would stand in a scenario for all to read`),
  },
  {
    says: 'takes what every store takes',
    flaws: ({ params }) =>
      Object.keys(STORE_PARAMS)
        .filter((name) => params[name] !== STORE_PARAMS[name])
        .map((name) => `it has no '${name}', or one of its own: make it with defineStore`),
  },
  {
    says: 'says the same of what is wrong, and of where it is, each time',
    flaws: (kind) => {
      const params = exampleOf(kind.params) as never;
      const ask = (): string =>
        JSON.stringify([kind.problems?.(params) ?? [], kind.elsewhere?.(params) ?? null]);
      const [first, again] = [ask(), ask()];
      return first === again ? [] : ['problems or elsewhere say otherwise the second time'];
    },
  },
];
