/** What the author of a service gets wrong is told under the name of the service. */
import { duplexPair } from 'node:stream';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WorldError } from '#kernel';
import { defineService, type Service } from './service.ts';
import { type Folder, startTwin, temporaryFolder, withServices } from './testing/twin.ts';

let folder: Folder;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

/** A twin with a service that does this. */
const twinWith = async (start: () => object, channels: string[] = []) => {
  const mine = defineService({
    kind: 'mine',
    summary: 'is a service of a test',
    schema: '',
    truth: 'mine',
    channels,
    start: () => ({ routes: { mine: () => ({}) }, ...start() }) as Service,
  });
  return startTwin(folder.file('store.db'), { services: await withServices([mine]) });
};
const fail = (): never => {
  throw new Error('on purpose');
};

test('a hook with a slip in its name is refused', async () => {
  const started = twinWith(() => ({ taeks: () => true }));
  await expect(started).rejects.toMatchObject({
    code: 'plug-in',
    message: expect.stringContaining("the service mine, in start: there is no hook 'taeks'"),
    remedy: expect.stringContaining("did you mean 'takes'?"),
  });
});

test('one that throws as it is started is told so', async () => {
  await expect(twinWith(fail)).rejects.toThrow('the service mine threw in start: on purpose');
});

test('one that throws when a channel is opened is told so, whoever opened it', async () => {
  const platform = await twinWith(() => ({ channels: { talk: fail } }), ['talk']);
  const [end] = duplexPair();
  const open = () => platform.handle(end, 'talk');
  expect(open).toThrow(WorldError);
  expect(open).toThrow('the service mine threw in its channel talk: on purpose');
  await platform.close();
});
