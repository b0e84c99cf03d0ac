/** What PostgreSQL says of a time, read by its package in whatever zone we are. */
import pg from 'pg';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { storeTime } from '../../store-time.ts';
import { type Postgres, typesOf } from './postgres.ts';

const zone = process.env.TZ;
beforeEach(() => {
  process.env.TZ = 'Asia/Tokyo';
});
afterEach(() => {
  if (zone === undefined) delete process.env.TZ;
  else process.env.TZ = zone;
});

it.each([
  ['timestamp', 1114, '2026-01-01 00:00:00'],
  ['timestamp with time zone', 1184, '2026-01-01 09:00:00+09'],
])('reads a %s without a zone as UTC, and one with it by that', (_, oid, said) => {
  const types = typesOf(pg as unknown as Postgres);
  const read = types.getTypeParser(oid, 'text') as (text: string) => unknown;
  expect(new Date(0).getTimezoneOffset()).toBe(-540);
  expect(storeTime(read(said))).toBe(Date.UTC(2026, 0, 1));
});
