/** Stories about how updates of two devices end, by their own word and by that of their target. */
import type { CheckerFixtures } from '../checker-fixtures.ts';
import { ended, FIRST, honest, NAME, OLD, READ, SECOND, Told, updated } from '../ota-told.ts';
import type { Story } from '../story.ts';

/** The second is offered it at 9 s, may be silent for as long, and is given up then or never. */
function givenUp(at: number | null, saysAt: number | null = null, status = ''): Story {
  const told = new Told().asked();
  told.story.fine();
  told.read(SECOND, OLD.version).offered(SECOND);
  if (saysAt !== null) {
    told.begins(SECOND, 9050).says(SECOND, saysAt, OLD.version, status);
  }
  return (at === null ? told : told.settled(SECOND, 'timed-out', at)).story;
}

/** The second is offered it at 9 s, and is kept as that at 18 s; meanwhile something happens. */
function keptAs(status: string, meanwhile: (told: Told) => Told = (told) => told): Story {
  const told = new Told().asked();
  told.story.fine();
  told.read(SECOND, OLD.version).offered(SECOND);
  return meanwhile(told).settled(SECOND, status, 18_000).story;
}

/** It says that it fails, and cannot say at what. */
const failsAtSomething = (told: Told, t = 10_000, status = 'failed'): Told =>
  told.says(SECOND, t, '', status, true, false, '');

/** By that road; it has begun, and its update has failed by its flash at 10 s. */
const hasFailed = (told: Told, road = 'native'): Told =>
  told.by(road).begins(SECOND, 9050).ends(SECOND, 10_000, 'failed');

/** It speaks of its job at 10 s for the last time, and is given up then. */
const worksUntil = (at: number, isAcked = true): Story => {
  const told = new Told().asked().by('jobs');
  told.story.fine();
  told.read(SECOND, OLD.version).offered(SECOND).begins(SECOND, 9050);
  return told.works(SECOND, 10_000, 'IN_PROGRESS', isAcked).settled(SECOND, 'timed-out', at).story;
};

/** And has no connection from 10 s on. */
const cutOff = (story: Story): Story => story.add('offline', 10_000, { device: SECOND });

const otaOneStatus: CheckerFixtures = {
  passing: {
    'one was silent for as long as it may be': () => givenUp(18_000),
    'a timer was late': () => givenUp(18_990),
    'one spoke of it, and was silent from then on': () => givenUp(19_001, 10_000),
    'one ended it when it was given up': () => givenUp(18_000, 17_999, 'confirmed'),
    'one works at a job, and is silent from then on': () => worksUntil(20_000),
    'what one says of its job is under way for long': () => worksUntil(22_000, false),
    'one asks by itself, and may have been heard all the time': () =>
      keptAs('timed-out', (told) => {
        told
          .by('ddi')
          .story.add('ota/read', READ, { device: FIRST, version: '', uses: '', believed: 0 });
        return told;
      }),
    'one fails, and nobody acknowledges that it said so': () =>
      keptAs('failed', (told) => hasFailed(told).says(SECOND, 10_000, '', 'failed', false)),
    'one fails at what it cannot read': () => keptAs('failed', (told) => failsAtSomething(told)),
    'one rejects its job': () =>
      keptAs('failed', (told) => told.by('jobs').works(SECOND, 10_000, 'REJECTED')),
    'one waits for its offer when all is called off': () => keptAs('aborted'),
    'one asks by itself, and tells how it ended before it tells what it has': () =>
      keptAs('failed', (told) =>
        hasFailed(told, 'ddi').says(SECOND, 10_100, '', 'failed').says(SECOND, 10_200, OLD.version),
      ),
    'one ends it, and goes down before it says so': () =>
      keptAs('timed-out', (told) => hasFailed(told)),
    'one hears that its job is over, and tells of nothing': () =>
      keptAs('timed-out', (told) => hasFailed(told, 'jobs').says(SECOND, 18_100, OLD.version)),
    'what one says is under way for long': () =>
      cutOff(givenUp(22_000, 9900)).change(
        ({ op, fields }) => op === 'acked' && fields.device === SECOND,
        () => ({ t: 13_000 }),
      ),
    'both end once': honest,
    'one begins it again, since its power went as it did': () => {
      const told = ended(
        new Told().begins(FIRST, 6800).boots(FIRST, 6900, OLD).updates(FIRST, 7000),
      );
      return told.updates(SECOND, 11_000).story.fine();
    },
    'one was silent for too long': () =>
      ended(updated()).story.change(
        ({ op, fields }) => op === 'ota/settled' && fields.device === FIRST,
        ({ fields }) => ({ fields: { ...fields, status: 'timed-out' } }),
      ),
  },
  failing: {
    'one is given up too soon': () => givenUp(17_990),
    'one is given up too soon after it spoke of it': () => givenUp(18_990, 10_000),
    'one is given up too late': () => givenUp(19_010),
    'one is never given up': () => givenUp(null),
    'one works at a job, is silent, and is given up too late': () => worksUntil(20_010),
    'one is kept as failed, and said nothing': () => keptAs('failed'),
    'one is kept as rolled back, and said nothing': () => keptAs('rolled-back'),
    'one is kept as failed, and said so only later': () =>
      keptAs('failed', (told) => told.says(SECOND, 18_010, '', 'failed', false)),
    'one is kept as failed, and said that it was rolled back': () =>
      keptAs('failed', (told) => told.says(SECOND, 10_000, '', 'rolled-back', false)),
    'one is kept as rolled back, and failed at what it cannot read': () =>
      keptAs('rolled-back', (told) => failsAtSomething(told)),
    'one is kept as failed, and fails later at what it cannot read': () =>
      keptAs('failed', (told) => failsAtSomething(told, 18_010)),
    'one is kept as failed, and goes on with its job': () =>
      keptAs('failed', (told) => told.by('jobs').works(SECOND, 10_000, 'IN_PROGRESS')),
    'one is kept as failed, and rejects its job later': () =>
      keptAs('failed', (told) => told.by('jobs').works(SECOND, 18_010, 'REJECTED')),
    'one is kept as rolled back, and rejects its job': () =>
      keptAs('rolled-back', (told) => told.by('jobs').works(SECOND, 10_000, 'REJECTED')),
    'one ends it, and says nothing of that': () =>
      keptAs('timed-out', (told) => hasFailed(told).says(SECOND, 10_100, OLD.version)),
    'one ends it, and says otherwise': () =>
      keptAs('rolled-back', (told) => hasFailed(told).says(SECOND, 10_100, '', 'rolled-back')),
    'one ends it, asks by itself, and tells what it has and nothing of that': () =>
      keptAs('timed-out', (told) => hasFailed(told, 'ddi').says(SECOND, 10_200, OLD.version)),
    'one ends its job, asks what is next, and tells nothing of that': () =>
      keptAs('timed-out', (told) => hasFailed(told, 'jobs').says(SECOND, 17_990, OLD.version)),
    'one is cut off, and is not given up before it is back': () =>
      cutOff(givenUp(21_010, 9900)).add('online', 21_000, { device: SECOND }),
    'one had said how it ended when it was given up': () => givenUp(19_001, 10_000, 'confirmed'),
    'one ends twice': () => {
      const story = honest();
      return story.add('ota/settled', READ + 2, {
        device: SECOND,
        campaign: NAME,
        attempt: 1,
        status: 'confirmed',
        at: 14_000,
      });
    },
    'one begins it again': () => {
      const told = ended(updated());
      told.story.fine();
      return told.begins(SECOND, 11_050).story;
    },
    'what one said is not kept': () =>
      honest().drop(({ op, fields }) => op === 'ota/settled' && fields.device === FIRST),
    'it is kept otherwise': () =>
      honest().change(
        ({ op, fields }) => op === 'ota/settled' && fields.device === FIRST,
        ({ fields }) => ({ fields: { ...fields, status: 'failed' } }),
      ),
  },
  undecided: { 'nobody was read back': () => updated().story },
};

export default { 'ota-one-status': otaOneStatus };
