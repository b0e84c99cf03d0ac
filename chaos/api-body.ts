/**
 * Reading the bodies that Toxiproxy's API is sent: missing means the default, null means missing,
 * unknown keys are ignored, and what is wrong is said in the original's words where it has any.
 */
import type { Attributes } from './toxic.ts';
import { TOXIC_KINDS } from './toxic-kinds.ts';

/** What is wrong with a call, in the original's words. */
export class Refusal extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export const badBody = (why: string): Refusal => new Refusal(400, `bad request body: ${why}`);

/**
 * Whatever is not a refusal of ours is an address that could not be bound, or text that is no JSON.
 */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof SyntaxError) return badBody(error.message);
  return new Refusal(500, (error as Error).message);
}

export interface WantedProxy {
  name: string;
  listen: string;
  upstream: string;
  enabled: boolean;
}

export function wantedProxy(value: unknown, place: string): WantedProxy {
  const body = recordOf(value);
  const wanted = {
    name: textOf(body, 'name', ''),
    listen: textOf(body, 'listen', ''),
    upstream: textOf(body, 'upstream', ''),
    enabled: flagOf(body, 'enabled', true),
  };
  if (wanted.name === '') throw new Refusal(400, `missing required field: name${place}`);
  if (wanted.upstream === '') throw new Refusal(400, `missing required field: upstream${place}`);
  return wanted;
}

/** Whole numbers; unknown keys are ignored. */
export function attributesOf(
  type: string,
  given: unknown,
  isWhole: (holder: object, key: string) => boolean,
): Attributes {
  if (given === undefined || given === null) return {};
  const specs = TOXIC_KINDS.get(type)?.attributes ?? {};
  const record = recordOf(given);
  const taken: Record<string, number> = {};
  for (const key of Object.keys(specs)) {
    const value = Object.hasOwn(record, key) ? record[key] : undefined;
    if (value === undefined || value === null) continue;
    if (typeof value !== 'number' || !isWhole(record, key))
      throw badBody(`${key} must be a whole number`);
    taken[key] = value;
  }
  return taken;
}

/** Any number: from 1 on it means every connection, from 0 down none. */
export function toxicityOf(body: Record<string, unknown>, otherwise: number): number {
  const given = body.toxicity;
  if (given === undefined || given === null) return otherwise;
  if (typeof given !== 'number') throw badBody('toxicity must be a number');
  return given;
}

export function textOf(body: Record<string, unknown>, key: string, otherwise: string): string {
  const given = body[key];
  if (given === undefined || given === null) return otherwise;
  if (typeof given !== 'string') throw badBody(`${key} must be a string`);
  return given;
}

export function flagOf(body: Record<string, unknown>, key: string, otherwise: boolean): boolean {
  const given = body[key];
  if (given === undefined || given === null) return otherwise;
  if (typeof given !== 'boolean') throw badBody(`${key} must be true or false`);
  return given;
}

export function recordOf(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw badBody('an object is expected');
  return value as Record<string, unknown>;
}
