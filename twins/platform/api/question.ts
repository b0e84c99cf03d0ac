/**
 * A question over HTTP as a route reads it: whatever is malformed in it is refused with a sentence,
 * so no route has to look twice.
 */
import type { Asked } from '../service.ts';

const PAGE = 1000;
const PAGE_MAX = 50_000;

/** What the asker did wrong. */
export class Refusal extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export class Question implements Asked {
  readonly path: readonly string[];
  readonly #query: URLSearchParams;

  constructor(path: readonly string[], query: URLSearchParams) {
    this.path = path;
    this.#query = query;
  }

  text(name: string): string | null {
    return this.#query.get(name);
  }

  whole(name: string, otherwise: number): number {
    const text = this.text(name);
    if (text === null) return otherwise;
    if (!/^\d{1,15}$/.test(text)) this.refuse(400, `${name} is not a whole number`);
    return Number(text);
  }

  number(name: string, otherwise: number): number {
    const text = this.text(name);
    if (text === null) return otherwise;
    const value = Number(text);
    if (text.trim() === '' || !Number.isFinite(value)) this.refuse(400, `${name} is not a number`);
    return value;
  }

  limit(): number {
    const limit = this.whole('limit', PAGE);
    if (limit < 1 || limit > PAGE_MAX) this.refuse(400, `limit is 1 to ${PAGE_MAX}`);
    return limit;
  }

  refuse(status: 400 | 404 | 409 | 413, why: string): never {
    throw new Refusal(status, why);
  }
}
