import { expect, test } from 'vitest';
import type { Account } from '../platform.ts';
import { deviceAccount, otherAccount, secretOf, sha256Hex } from '../testing/twin.ts';
import { Credentials, mayPublish, maySpeakFor, maySubscribe } from './credentials.ts';

const pump = deviceAccount('pumps/1');
const named: Account = { ...deviceAccount('pumps/2'), clientId: 'r1-pumps/2' };
const observer = otherAccount('observer', 'observer');
const service = otherAccount('commander', 'service');
const credentials = new Credentials([pump, named, observer, service], { sha256Hex });
const check = (clientId: string, user: string | undefined, secret: string | undefined) =>
  credentials.check(clientId, user, secret === undefined ? undefined : Buffer.from(secret))?.user;

test('lets in who has the right secret under the right client id', () => {
  expect(check('pumps/1', 'pumps/1', secretOf('pumps/1'))).toBe('pumps/1');
  expect(check('r1-pumps/2', 'pumps/2', secretOf('pumps/2'))).toBe('pumps/2');
  expect(check('observer-7', 'observer', secretOf('observer'))).toBe('observer');
});

test.each([
  ['a wrong secret', 'pumps/1', 'pumps/1', secretOf('pumps/2')],
  ['no secret', 'pumps/1', 'pumps/1', undefined],
  ['nobody', 'pumps/1', undefined, undefined],
  ['an unknown user', 'pumps/9', 'pumps/9', secretOf('pumps/9')],
  ['an unknown user with the empty secret', 'pumps/9', 'pumps/9', ''],
  ['a device under the client id of another', 'r1-pumps/2', 'pumps/1', secretOf('pumps/1')],
  ['an observer under the client id of a device', 'pumps/1', 'observer', secretOf('observer')],
  ['an endless client id', 'x'.repeat(300), 'observer', secretOf('observer')],
])('turns away %s', (_, clientId, user, secret) => {
  expect(check(clientId, user, secret)).toBeUndefined();
});

test('a device keeps to its own topics, an observer reads, a service does both', () => {
  const own = 'tw/r1/3/pumps/1/';
  expect(mayPublish(pump, `${own}telemetry`)).toBe(true);
  expect(mayPublish(pump, 'tw/r1/3/pumps/17/telemetry')).toBe(false);
  expect(mayPublish({ ...pump, topics: ['tw/r1/3/pumps/1'] }, 'tw/r1/3/pumps/17/telemetry')).toBe(
    false,
  );
  expect(mayPublish({ ...pump, topics: ['tw/r1/3/pumps/1'] }, `${own}telemetry`)).toBe(true);
  expect(maySubscribe(pump, `${own}#`)).toBe(true);
  for (const wide of ['#', '+/#', 'tw/r1/3/pumps/+/command', 'tw/r1/3/#', `$share/g/${own}#`]) {
    expect(maySubscribe(pump, wide)).toBe(false);
  }
  expect(maySubscribe(observer, '#')).toBe(true);
  expect(maySubscribe(observer, '$SYS/#')).toBe(false);
  expect(mayPublish(observer, 'x')).toBe(false);
  expect(mayPublish(service, 'x')).toBe(true);
  expect(mayPublish(service, '$SYS/x')).toBe(false);
});

test('a device speaks for itself and for those that it carries', () => {
  expect(maySpeakFor(pump, 'pumps/1')).toBe(true);
  expect(maySpeakFor(pump, 'pumps/2')).toBe(false);
  expect(maySpeakFor({ ...pump, speaksFor: ['pumps/2'] }, 'pumps/2')).toBe(true);
  expect(maySpeakFor({ ...pump, speaksFor: ['pumps/2'] }, 'pumps/3')).toBe(false);
  expect(maySpeakFor(service, 'pumps/2')).toBe(true);
});
