/** When a will is published: after a lost connection, a goodbye, and a take-over of either kind. */
import type { TakeOverWord } from '#kernel';
import { judged, type Question, saying } from '../question.ts';
import { pause, type RawClient, until } from '../raw-client.ts';

const LONG_MS = 5000;

export const wills: Question = {
  name: 'wills',
  isSlow: true,
  ask: async (stand) => {
    const watcher = await stand.open('willr');
    await watcher.subscribe([stand.topic('will/+')], 1);
    const armed = (name: string, clean: boolean): Promise<RawClient> => {
      const will = { topic: stand.topic(`will/${name}`), payload: 'x', qos: 1, retain: false };
      return stand.open(`will-${name}`, { clean, will: { ...will, qos: 1 } });
    };
    const first = await armed('clean', true);
    await stand.open('will-clean', { clean: true });
    const second = await armed('kept', false);
    await stand.open('will-kept', { clean: false });
    (await armed('bye', true)).goodbye();
    (await armed('lost', true)).destroy();
    const came = (name: string): boolean =>
      watcher.messages.some(({ topic }) => topic.endsWith(`/will/${name}`));
    await until(() => came('lost') && came('clean') && came('kept'), LONG_MS);
    await pause(500);
    const names = ['clean', 'kept', 'bye', 'lost'].filter(came).join(', ') || 'none';
    const seen =
      'clients with wills were taken over (clean, kept), said goodbye (bye) or were lost; ' +
      `wills came of: ${names}`;
    const word: TakeOverWord = came('kept') ? 'all' : came('clean') ? 'clean' : 'none';
    const isEnded = first.isClosed && second.isClosed;
    const takeOver = judged(word === 'all', 'will-on-take-over', word, seen);
    return [
      came('lost') ? saying(takeOver, { willOnTakeOver: word }) : takeOver,
      judged(came('lost'), 'will-when-lost', came('lost') ? 'published' : 'not published', seen),
      judged(!came('bye'), 'will-at-goodbye', came('bye') ? 'published' : 'not published', seen),
      judged(
        isEnded,
        'take-over',
        isEnded ? 'the older connection is ended' : 'the older connection lives on',
        'a second client came in under the same name',
      ),
    ];
  },
};
