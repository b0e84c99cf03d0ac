/** What an operator may write into a change of a twin or a template, and what is wrong with it. */
import type { Asked } from '../../service.ts';
import { type Document, patchFlaw } from './document.ts';

export interface ChangeAsked {
  patch: Document;
  /** The version on top of which it comes; null where it says none. */
  from: number | null;
  who: string;
  why: string;
  token: string;
}

const TEXT_MAX = 256;

type Refuse = (status: 400, why: string) => never;

export function readChange(body: unknown, refuse: Refuse): ChangeAsked {
  const { desired, version = null, who = '', why = '', token = '' } = fieldsOf(body);
  const flaw = patchFlaw(desired);
  if (flaw !== null) return refuse(400, flaw);
  if (version !== null && !isVersion(version)) {
    return refuse(400, 'version is a whole number from 0');
  }
  const texts = { who, why, token };
  for (const [name, text] of Object.entries(texts)) {
    if (typeof text !== 'string' || text.length > TEXT_MAX) {
      return refuse(400, `${name} is text of up to ${TEXT_MAX} characters`);
    }
  }
  return {
    patch: desired as Document,
    from: version as number | null,
    ...(texts as Record<keyof typeof texts, string>),
  };
}

export interface TemplateAsked extends ChangeAsked {
  /** Null where it stays as it was. */
  of: string | null;
  share: number | null;
}

const NAME = /^[a-z0-9][a-z0-9-]{0,63}$/;

export function readTemplate(name: string, body: unknown, refuse: Refuse): TemplateAsked {
  if (!NAME.test(name)) return refuse(400, 'a template is called by 1 to 64 of a-z, 0-9 and -');
  const { of = null, share = null, desired = {} } = fieldsOf(body);
  if (of !== null && (typeof of !== 'string' || of.length > TEXT_MAX)) {
    return refuse(400, `of is text of up to ${TEXT_MAX} characters`);
  }
  if (share !== null && !(typeof share === 'number' && share >= 0 && share <= 1)) {
    return refuse(400, 'share is a number from 0 to 1');
  }
  return { ...readChange({ ...fieldsOf(body), desired }, refuse), of, share };
}

const isVersion = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 0;

const fieldsOf = (body: unknown): Record<string, unknown> =>
  (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;

/** Asked of this page, and refused by it. */
export const refusing =
  (asked: Asked, counted: () => void) =>
  (status: 400 | 404 | 409 | 413, why: string): never => {
    counted();
    return asked.refuse(status, why);
  };
