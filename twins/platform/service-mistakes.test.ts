/** What a service gets wrong is told under its name, and never as a fault of the house. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { defineService, type Service, type ServiceKind } from './service.ts';
import {
  connect,
  envelope,
  type Folder,
  startTwin,
  temporaryFolder,
  topicOf,
  until,
  withServices,
} from './testing/twin.ts';

const FRIDGE = 'fridges/north-1/17';

let folder: Folder;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

const mistaken = (over: Partial<ServiceKind>): ServiceKind =>
  defineService({
    kind: 'mistaken',
    summary: 'gets it wrong',
    schema: '',
    truth: 'mistaken',
    start: () => ({ routes: { mistaken: () => ({}) } }),
    ...over,
  });

const starting = (living: unknown) => mistaken({ start: () => living as Service });
const throws = (): never => {
  throw new Error('out of ink');
};

it.each<[string, ServiceKind, RegExp]>([
  [
    'a schema that is no SQL',
    mistaken({ schema: 'CREATE TABLE IF NOT EXISTS cups (' }),
    /^the service mistaken threw in schema: incomplete input/,
  ],
  [
    'a schema that would not keep',
    mistaken({ schema: 'DROP TABLE cups' }),
    /the service 'mistaken': schema must be CREATE/,
  ],
  [
    'a table that is not there',
    mistaken({ start: ({ sql }) => sql.prepare('SELECT * FROM cups') as never }),
    /^the service mistaken threw in start: no such table: cups/,
  ],
  ['a throw in start', mistaken({ start: throws }), /^the service mistaken threw in start: out of/],
  ['nothing started', starting(undefined), /^the service mistaken, in start: .* is missing/],
  ['no routes', starting({}), /^the service mistaken, in start: .*routes.* is missing/],
  [
    'a truth without a route',
    starting({ routes: { mistake: () => ({}) } }),
    /^the service mistaken, in start: no route 'mistaken' for its truth/,
  ],
  [
    'a throw in ready',
    starting({ routes: { mistaken: () => ({}) }, ready: throws }),
    /^the service mistaken threw in ready: out of ink/,
  ],
  [
    'a channel that it does not declare',
    starting({ routes: { mistaken: () => ({}) }, channels: { talk: () => {} } }),
    /^the service mistaken, in start: it answers the channel 'talk' and does not declare it/,
  ],
  [
    'a channel that it does not answer',
    { ...starting({ routes: { mistaken: () => ({}) } }), channels: ['talk'] },
    /^the service mistaken, in start: it declares the channel 'talk' and does not answer it/,
  ],
  [
    'a page of another',
    starting({ routes: { mistaken: () => ({}), devices: () => ({}) } }),
    /two services answer devices/,
  ],
])('%s is no fault of the house', async (_, service, message) => {
  const services = await withServices([service]);
  await expect(startTwin(folder.file('store.db'), { services })).rejects.toMatchObject({
    code: 'plug-in',
    message: expect.stringMatching(message),
  });
});

it('tells of a truth the routes that there are', async () => {
  const services = await withServices([starting({ routes: { mistake: () => ({}) } })]);
  await expect(startTwin(folder.file('store.db'), { services })).rejects.toMatchObject({
    remedy: expect.stringMatching(/did you mean 'mistake'\?/),
  });
});

it('tells whose throw in take it was that ended the platform', async () => {
  const errors: Error[] = [];
  const service = starting({
    takes: (stream: string) => stream === 'echo',
    take: throws,
    routes: { mistaken: () => ({}) },
  });
  const platform = await startTwin(folder.file('store.db'), {
    services: await withServices([service]),
    onFatal: (error) => errors.push(error),
  });
  const fridge = await connect(platform, FRIDGE);
  fridge.publish(topicOf(FRIDGE, 'echo'), envelope(0), 1).catch(() => {});
  await until(() => errors.length > 0);
  expect(errors).toMatchObject([
    { code: 'plug-in', message: 'the service mistaken threw in take: out of ink' },
  ]);
  await fridge.drop();
});
