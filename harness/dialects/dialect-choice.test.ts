/** A dialect or codec that throws is told under its name, whoever spoke or listened. */
import { expect, it } from 'vitest';
import { type Catalog, type Envelope, WorldError } from '#kernel';
import type { Codec } from './codec.ts';
import type { Dialect, DialectKind } from './dialect.ts';
import { chooseDialect, dialectOf } from './dialect-choice.ts';
import { dialectFamily } from './dialect-family.ts';

const fail = (): never => {
  throw new Error('on purpose');
};
const failing: Dialect = {
  encode: fail,
  decode: fail,
  place: fail,
  values: fail,
  topicOf: fail,
  subscriptions: fail,
  downFilters: fail,
  fansIn: true,
};
const codec: Codec = {
  family: 'codec',
  kind: 'own-bytes',
  summary: 's',
  encode: fail,
  head: fail,
  values: fail,
};
const kindOf = (bind: DialectKind['bind']): DialectKind => ({
  family: 'dialect',
  kind: 'own-talk',
  summary: 's',
  serves: () => true,
  codec: 'own-bytes',
  bind,
});
const catalogOf = (kind: DialectKind) =>
  ({
    of: (family: unknown) =>
      family === dialectFamily ? new Map([['own-talk', kind]]) : new Map([['own-bytes', codec]]),
  }) as unknown as Catalog;
const TARGET = { dialect: 'own-talk', codec: 'own-bytes', topic: null, payload: null };
const bound = (bind: DialectKind['bind']): Dialect =>
  dialectOf(TARGET, 'r', catalogOf(kindOf(bind)));

const NONE = new Uint8Array();
const PLACE = { lane: 0, device: 'd', stream: 's' };

it.each([
  ['encode', (dialect: Dialect) => dialect.encode({} as Parameters<Dialect['encode']>[0])],
  ['decode', (dialect: Dialect) => dialect.decode('t', NONE)],
  ['place', (dialect: Dialect) => dialect.place('t')],
  ['values', (dialect: Dialect) => dialect.values(NONE)],
  ['topicOf', (dialect: Dialect) => dialect.topicOf(PLACE)],
  ['subscriptions', (dialect: Dialect) => dialect.subscriptions([0])],
  ['downFilters', (dialect: Dialect) => dialect.downFilters(0, 'd', [])],
])('a dialect that throws in %s', (where, ask) => {
  const dialect = bound(() => failing);
  expect(() => ask(dialect)).toThrow(WorldError);
  expect(() => ask(dialect)).toThrow(`the dialect own-talk threw in ${where}: on purpose`);
  expect(dialect.fansIn).toBe(true);
});

it('a dialect that throws when it is bound, or asked whom it serves', () => {
  expect(() => bound(fail)).toThrow('the dialect own-talk threw in bind: on purpose');
  const written = { topic: null, payload: null, codec: null, dialect: null };
  const choose = (more: Partial<DialectKind>) => () =>
    chooseDialect(written, catalogOf({ ...kindOf(fail), ...more }));
  expect(choose({ serves: fail })).toThrow('the dialect own-talk threw in serves: on purpose');
  expect(choose({ problems: fail })).toThrow('the dialect own-talk threw in problems: on purpose');
});

it.each([
  ['encode', (one: Codec) => one.encode({} as Envelope)],
  ['head', (one: Codec) => one.head(NONE)],
  ['values', (one: Codec) => one.values(NONE)],
])('a codec that throws in %s, inside a dialect', (where, ask) => {
  const dialect = bound(({ codec: given }) => ({
    ...failing,
    place: () => (given === null ? null : (ask(given) as null)),
  }));
  const told = `the codec own-bytes threw in ${where}: on purpose`;
  expect(() => dialect.place('t')).toThrow(
    expect.objectContaining({ code: 'plug-in', message: told }),
  );
});

it('has of a bound dialect what that has, and no more', () => {
  const parcels = { pack: fail, unpack: fail };
  expect(bound(() => failing)).not.toHaveProperty('parcels');
  expect(bound(() => failing)).not.toHaveProperty('twins');
  const twins = { filters: fail, ask: fail, answer: fail, isTalk: fail };
  const both = bound(() => ({ ...failing, parcels, twins }));
  expect(() => both.parcels?.unpack('t', NONE)).toThrow('the dialect own-talk');
  expect(() => both.twins?.filters('op')).toThrow('the dialect own-talk');
});

it('says of a target whether reports are counted there', () => {
  const written = { dialect: 'own-talk', codec: null, topic: null, payload: null };
  const chosen = (more: Partial<DialectKind>) =>
    chooseDialect(written, catalogOf({ ...kindOf(() => failing), ...more }));
  expect(chosen({ countsReports: true })).toMatchObject({ countsReports: true });
  expect(chosen({})).not.toHaveProperty('countsReports');
});
