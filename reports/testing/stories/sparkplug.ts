/** Stories about an edge node of Sparkplug B, and a device behind it, as an observer saw them. */
import { type Plan, SPARKPLUG_OPS } from '#kernel';
import type { CheckerFixtures } from '../checker-fixtures.ts';
import { faultPlan, healthy, type Setting, type Story, tellFault } from '../story.ts';

const NODE = 0;
const CHILD = 1;
const REBIRTH = 70;
/** Aliases of the node, and of the device. */
const OWN = '10-13';
const ITS = '20-22';

/** What takes single packets out of a connection. */
const DROPPING: NonNullable<Plan['faults'][number]['packets']> = {
  ...{ does: 'drop', packet: 'PUBLISH', ways: ['up'], every: 1, share: 1 },
};

const bare = { about: -1, bare: 0, control: -1, seq: -1, session: -1, named: '', used: '' };

const seen = (story: Story, t: number, type: string, fields: object): Story =>
  story.add('sparkplug/seen', t, { device: NODE, ...bare, type, ...fields });

/** Of the node and then of the device behind it, which takes two numbers. */
function born(story: Story, t: number, session: number): Story {
  seen(story, t, 'NBIRTH', { seq: 0, session, control: 0, named: OWN });
  return seen(story, t + 1, 'DBIRTH', { seq: 1, about: CHILD, named: ITS });
}

/** So many packets of the two, by turns. */
function speaks(story: Story, t: number, count: number, from = 2): Story {
  for (let k = 0; k < count; k++) {
    const seq = (from + k) % 256;
    if (k % 2 === 0) seen(story, t + k * 10, 'NDATA', { seq, used: '11-12' });
    else seen(story, t + k * 10, 'DDATA', { seq, used: '21', about: CHILD });
  }
  return story;
}

function quiet(setting: Setting = {}): Story {
  const story = healthy({
    devices: 2,
    carried: { [CHILD]: NODE },
    ops: [SPARKPLUG_OPS],
    entry: { qos: 0, parts: [{ kind: 'sparkplug', params: {} }] },
    streams: [
      {
        name: 'rebirth',
        code: REBIRTH,
        way: 'down',
        from: 'operator',
        noun: 'call for a rebirth',
        schedule: { by: 'event' },
        arrives: 'device',
        qos: 0,
        retained: false,
        counted: false,
        measured: false,
        skips: [],
      },
    ],
    ...setting,
  });
  return story;
}

const fine = (setting: Setting = {}): Story => born(quiet(setting), 110, 0);

/** Its connection is lost, and it dies and is born anew. */
function comesBack(story: Story, session: number): Story {
  story.add('offline', 9000, { device: NODE, why: 'ECONNRESET' });
  seen(story, 9001, 'NDEATH', { session: 0 });
  story.add('connect', 9500, { device: NODE, attempt: 0, will: 0 });
  story.add('online', 9510, { device: NODE, present: false });
  return born(story, 9520, session);
}

/** The observer is away when it comes back; what is seen of it from then on is given. */
function unseenBirth(story: Story): Story {
  const watch = (t: number, up: boolean, why: string): Story =>
    story.add('observer', t, { up, first: 0, lanes: 1, why });
  watch(8000, false, 'closed');
  watch(9540, true, 'session-present');
  story.add('offline', 9000, { device: NODE, why: 'ECONNRESET' });
  story.add('connect', 9500, { device: NODE, attempt: 0, will: 0 });
  return story.add('online', 9510, { device: NODE, present: false });
}

/** A death that waited, of the session before. */
const waited = (story: Story, t: number): Story => seen(story, t, 'NDEATH', { session: 0 });

/** The device behind the node has a part in it. */
const itsOwn = (story: Story): Story =>
  story.add('state', 150, { device: CHILD, state: 'connection.online' });

const isCalled = (story: Story, t: number): Story =>
  story.add('received', t, { device: NODE, stream: REBIRTH, n: 0, hash: 1, flags: 0 });

const sparkplugKept: CheckerFixtures = {
  passing: {
    'it is born, speaks and begins its numbers again after 255': () =>
      speaks(fine(), 200, 300).fine(),
    'it comes back in the next session': () => speaks(comesBack(fine(), 1), 9600, 6).fine(),
    'an attempt that came to nothing has a session too': () => {
      const story = fine().add('offline', 8000, { device: NODE, why: 'closed' });
      story.add('connect', 8100, { device: NODE, attempt: 0, will: 0 });
      story.add('connect-failed', 8200, { device: NODE, why: 'closed' });
      return comesBack(story, 2).fine();
    },
    'it is called and is born again in its session': () =>
      speaks(born(isCalled(speaks(fine(), 200, 9), 5000), 5010, 0), 5100, 9).fine(),
    'a death of the session before comes late': () =>
      seen(comesBack(fine(), 1), 9700, 'NDEATH', { session: 0 }).fine(),
    'nobody saw it born, and the death before comes first': () =>
      speaks(waited(unseenBirth(speaks(fine(), 200, 90)), 9550), 9600, 9).fine(),
    'nobody saw it born, and the death before comes while it speaks': () =>
      speaks(
        waited(speaks(unseenBirth(speaks(fine(), 200, 90)), 9600, 1), 9605),
        9610,
        9,
        3,
      ).fine(),
    'nobody saw it born, and it dies of that life and is born again': () => {
      const story = speaks(waited(unseenBirth(speaks(fine(), 200, 90)), 9550), 9600, 9);
      seen(story, 9900, 'NDEATH', { session: 1 });
      story.add('connect', 9910, { device: NODE, attempt: 0, will: 0 });
      story.add('online', 9920, { device: NODE, present: false });
      return speaks(born(story, 9930, 2), 9940, 9).fine();
    },
    'its birth was lost while a fault acted': () => {
      const story = speaks(fine({ faults: [faultPlan('f', { packets: DROPPING })] }), 200, 90);
      tellFault(story, 'f');
      story.add('offline', 9000, { device: NODE, why: 'ECONNRESET' });
      seen(story, 9001, 'NDEATH', { session: 0 });
      story.add('connect', 9500, { device: NODE, attempt: 0, will: 0 });
      story.add('online', 9510, { device: NODE, present: false });
      return speaks(story, 13_000, 9).fine();
    },
    'it is gone before it could heed a call': () => comesBack(isCalled(fine(), 8999), 1).fine(),
  },
  failing: {
    'it speaks before it is born': () => speaks(quiet(), 200, 1, 0),
    'it speaks after its death': () => speaks(seen(fine(), 300, 'NDEATH', { session: 0 }), 400, 1),
    'it speaks after its death, where nobody had seen it born': () => {
      const story = speaks(waited(unseenBirth(speaks(fine(), 200, 90)), 9550), 9600, 9);
      return speaks(seen(story, 9900, 'NDEATH', { session: 1 }), 9910, 1, 11);
    },
    'it leaves out a number, where nobody had seen it born': () =>
      speaks(speaks(unseenBirth(speaks(fine(), 200, 90)), 9600, 5), 9700, 1, 9),
    'it leaves out a number': () => speaks(speaks(fine(), 200, 2), 400, 2, 5),
    'it does not begin with 0': () =>
      seen(quiet(), 110, 'NBIRTH', { seq: 7, session: 0, control: 0, named: OWN }),
    'it keeps the number of its session': () => comesBack(fine(), 0),
    'it dies in a session that nobody was born in': () =>
      seen(fine(), 300, 'NDEATH', { session: 9 }),
    'its death is in the sequence': () => seen(fine(), 300, 'NDEATH', { session: 0, seq: 2 }),
    'it uses an alias that it has not named': () =>
      seen(fine(), 300, 'NDATA', { seq: 2, used: '11,14' }),
    'it names an alias anew in data': () => seen(fine(), 300, 'NDATA', { seq: 2, named: '11' }),
    'it speaks for a device that was not born': () => {
      const story = seen(quiet(), 110, 'NBIRTH', {
        ...{ seq: 0, session: 0, control: 0, named: `${OWN},${ITS}` },
      });
      return seen(itsOwn(story), 200, 'DDATA', { seq: 1, used: '21', about: CHILD });
    },
    'it speaks for a device that has died': () => {
      const story = seen(fine(), 200, 'DDEATH', { seq: 2, about: CHILD });
      return seen(itsOwn(story), 300, 'DDATA', { seq: 3, used: '21', about: CHILD });
    },
    'it is not born again when it is called': () => isCalled(speaks(fine(), 200, 2), 5000),
    'it has no way to be called': () =>
      seen(quiet(), 110, 'NBIRTH', { seq: 0, session: 0, named: OWN }),
  },
  undecided: {
    'nothing of it was seen': () => quiet(),
    'a number is missing where a fault acts': () => {
      const fault = faultPlan('f', { devices: [NODE] });
      const story = quiet({ faults: [fault] });
      tellFault(story, 'f');
      for (let session = 0; session < 40; session++) {
        const t = 7100 + session * 20;
        seen(story, t, 'NDATA', { seq: session % 250, used: '11' });
      }
      return story;
    },
  },
};

export default { 'sparkplug-kept': sparkplugKept };
