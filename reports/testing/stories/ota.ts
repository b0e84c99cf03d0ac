/** Stories about two devices and a campaign of two waves: see how they are told. */
import { type FirmwareImage, type FirmwareKey, manifestText } from '#kernel';
import type { CheckerFixtures } from '../checker-fixtures.ts';
import {
  ended,
  FIRST,
  honest,
  imageOf,
  KEY,
  LATE,
  NAME,
  NEW,
  OLD,
  PARTS,
  READ,
  SECOND,
  STRANGE,
  Told,
  updated,
} from '../ota-told.ts';
import type { Story } from '../story.ts';

/** The first one tries it, does not keep it, and goes back. */
function rolledBack(back: FirmwareImage = OLD): Told {
  const told = new Told().begins(FIRST, 7000).boots(FIRST, 8000, NEW, true);
  told.story.fine();
  return told.boots(FIRST, 10_000, back);
}

const isOta = ({ op }: { op: string }): boolean => op.startsWith('ota/');

/** Nobody may take it after 8 s. */
const BRIEF: FirmwareImage = {
  ...NEW,
  text: manifestText({ ...NEW, alg: 'ed25519', keyId: 'release-1', until: 8000 }),
};

const takenAt = (t: number): Story => {
  const told = new Told({ image: BRIEF });
  told.story.fine();
  return told.begins(FIRST, t).boots(FIRST, 9000, BRIEF, true).keeps(FIRST, 10_000, BRIEF).story;
};

/** Two devices take an image that is shipped as it is, signed with that in truth. */
const takenAsItIs = (signedBy: FirmwareKey | null, image = NEW): Story => {
  const told = new Told({ spoil: 'as-it-is', signedBy, image }, LATE);
  told.story.fine();
  return told.begins(FIRST, 7000).boots(FIRST, 8000, NEW, true).keeps(FIRST, 9000, NEW).story;
};

/** How the devices of a story take firmware. */
function taking(told: Told, params: Record<string, number>): Told {
  const parts = [{ kind: 'ota', params }];
  for (const entry of told.story.plan.entries) Object.assign(entry, { parts });
  return told;
}

/** The first installs it at 7.5 s, so long after it had begun that its user must have let it. */
function installs(consent: number, again: number | null = null): Story {
  const told = taking(new Told(), { consent });
  told.story.fine();
  told.updates(FIRST, 7000);
  told.story.add('state', 7500, { device: FIRST, state: 'ota.installing' });
  return (again === null ? told : told.begins(FIRST, again)).story;
}

const otaSignedOnly: CheckerFixtures = {
  passing: {
    'one installs what its user let it take': () => installs(500),
    'both run what was signed': honest,
    'one takes what is good until later': () => takenAt(7000),
    'one runs on what it kept in time': () => {
      const told = new Told({ image: BRIEF }).updates(FIRST, 7000);
      told.story.fine();
      return told.begins(FIRST, 12_000).boots(FIRST, 13_000, BRIEF).story;
    },
    'one takes an image as it is, which was rightly signed': () => takenAsItIs(KEY),
    'one takes it by a key that it was brought': () => {
      const key = { ...KEY, id: 'release-2' };
      const told = new Told(
        { spoil: 'as-it-is', signedBy: key, image: imageOf('2.2.0', 2, key.id) },
        {
          ...LATE,
          brings: [key],
        },
      );
      told.story.fine();
      told.boots(FIRST, 7000, LATE, true).keeps(FIRST, 8000, LATE);
      return told.boots(FIRST, 9000, imageOf('2.2.0', 2, key.id), true).story;
    },
    'they turn away what is wrongly signed as it is': () =>
      new Told({ spoil: 'as-it-is', signedBy: null }).begins(FIRST, 7000).story,
    'they turn away what was not': () => new Told({ spoil: 'forged' }).begins(FIRST, 7000).story,
    'one runs on what it kept before its key was withdrawn': () => {
      const told = new Told({ image: PARTS }, LATE).updates(FIRST, 7000);
      told.story.fine();
      return told.boots(FIRST, 12_000, PARTS).boots(FIRST, 13_000, OLD).story;
    },
  },
  failing: {
    'one installs before its user lets it': () => installs(503),
    'one begins anew, and its user is asked again': () => installs(500, 7100),
    'one takes what was good until before': () => takenAt(8003),
    'one runs what nobody signed': () => {
      const told = updated();
      told.story.fine();
      return told.boots(SECOND, 15_000, STRANGE).story;
    },
    'one takes an image as it is, which nobody signed': () => takenAsItIs(null),
    'one takes an image as it is, which another key of that name signed': () =>
      takenAsItIs({ ...KEY, public: 'ab' }),
    'one takes an image as it is, which a key signed that it never had': () =>
      takenAsItIs({ ...KEY, id: 'release-9' }, imageOf('2.1.0', 2, 'release-9')),
    'one runs what somebody else signed': () => {
      const told = new Told({ spoil: 'forged' });
      told.story.fine();
      return told.boots(FIRST, 8000, NEW, true).story;
    },
    'one runs what a key signed that it had withdrawn': () => {
      const told = new Told({ image: PARTS }, LATE).updates(FIRST, 7000);
      told.story.fine();
      return told.boots(FIRST, 13_000, LATE, true).story;
    },
    'one runs what a key signed that it never had': () => {
      const told = new Told({ image: imageOf('2.1.0', 2, 'release-9') });
      told.story.fine();
      return told.boots(FIRST, 8000, NEW, true).story;
    },
    'one runs an old image under the name of a new one': () => {
      const told = updated();
      told.story.fine();
      return told.boots(SECOND, 15_000, { ...NEW, sha256: OLD.sha256 }).story;
    },
    'one runs what is only half there': () => {
      const told = updated();
      told.story.fine();
      return told.boots(SECOND, 15_000, { ...NEW, sha256: 'ab'.repeat(32) }).story;
    },
  },
  undecided: { 'nobody tells what they run': () => honest().drop(isOta) },
};

const otaNoDowngrade: CheckerFixtures = {
  passing: {
    'both go forward': honest,
    'what was tried and not kept counts for nothing': () => rolledBack().story,
    'the counter is the same': () =>
      updated().boots(SECOND, 15_000, { ...OLD, counter: NEW.counter }).story,
  },
  failing: {
    'one goes back behind what it kept': () => {
      const told = updated();
      told.story.fine();
      return told.boots(SECOND, 15_000, OLD).story;
    },
  },
  undecided: { 'nobody tells what they run': () => honest().drop(isOta) },
};

/** The second comes up and finds nothing, after bits of such an image, or of none, have turned. */
function down(harmed: Pick<FirmwareImage, 'sha256'> | null): Story {
  const told = updated();
  told.story.fine();
  if (harmed !== null) {
    const harm = { device: SECOND, fault: 'rots', sha256: harmed.sha256, count: 8 };
    told.story.add('ota/harmed', 14_500, harm);
  }
  return told.story
    .add('boot', 15_000, { device: SECOND, epoch: 3, cause: 'power-on' })
    .add('ota/bricked', 15_000, { device: SECOND, why: 'power-on' });
}

/** Nothing tells what it kept. */
const neverKept = (story: Story): Story => story.drop(({ op }) => op === 'ota/kept');

const otaNoBrick: CheckerFixtures = {
  passing: {
    'both come up each time': honest,
    'of one a fault took all that it may run': () => down(NEW),
  },
  failing: {
    'one finds nothing to run': () => down(null),
    'one does, and what it kept was not harmed': () => down(OLD),
    'one does, and a fault harmed no image': () => neverKept(down({ sha256: '' })),
  },
  undecided: { 'nobody tells what they run': () => honest().drop(isOta) },
};

/** It tries it from 2 s on and is read at 22.2 s; a trial may last for so long, and 11.3 s. */
function onTrial(within: number): Story {
  const told = taking(new Told(), { within });
  told.story.fine();
  return told
    .begins(FIRST, 1000)
    .boots(FIRST, 2000, NEW, true)
    .read(FIRST, OLD.version)
    .settled(FIRST, 'timed-out', 21_000).story;
}

/** The first looks at the end of its trial of what says hundredths, and keeps it. */
function keepsHundredths(looks: (told: Told) => Told = (told) => told): Story {
  const told = new Told({ image: { ...NEW, defect: 'wrong-scale' } });
  looks(told.begins(FIRST, 7000).boots(FIRST, 8000, NEW, true)).story.fine();
  return told.keeps(FIRST, 9000, NEW).settled(FIRST, 'confirmed', 9000).story;
}

/** It tries a model from 7 s on, and uses this then, or goes on with it; trials last for 9.3 s. */
function tries(t: number | null, next: FirmwareImage | null, kind = 'model'): Told {
  const told = taking(new Told(), { within: 8300, test: 2000 }).begins(FIRST, 6500);
  told.story.fine();
  told.uses(FIRST, 7000, NEW, true).read(FIRST, OLD.version);
  told.settled(FIRST, 'timed-out', 21_000);
  return t === null ? told : told.uses(FIRST, t, next, false, kind);
}

/** It tries it from 8 s on and keeps it at 9 s, and was online from then on. */
function tests(test: number, from = 8000): Story {
  const told = taking(new Told(), { test });
  told.story.fine();
  told.updates(FIRST, 7000).settled(FIRST, 'confirmed', 9000).read(FIRST, NEW.version);
  return told.story.add('online', from, { device: FIRST, present: false });
}

const otaRollback: CheckerFixtures = {
  passing: {
    'one keeps what says hundredths, and measures nothing that could show it': () =>
      keepsHundredths((told) => told.looks(FIRST, 9000, 0).looks(FIRST, 9000, 1, 'fan')),
    'one measures what would show it once it has kept it': () =>
      keepsHundredths((told) => told.looks(FIRST, 9000, 0).looks(FIRST, 9500, 2)),
    'one is online with it for as long as its test lasts': () => tests(1000),
    'one gives a model up in its time': () => tries(16_300, null).story,
    'one keeps a model after its test': () => tries(9000, NEW).story,
    'one loses its power with a model on trial': () =>
      tries(null, null).story.add('off', 16_000, { device: FIRST }),
    'both keep what they tried': honest,
    'one does not keep it, and goes back': () =>
      rolledBack().read(FIRST, OLD.version).settled(FIRST, 'rolled-back', 10_000).story,
    'one is on trial until the end, and had time': () => onTrial(10_000),
    'one loses its power on trial': () => onTrial(2000).add('off', 9000, { device: FIRST }),
    'it is said to have it as it keeps it': () =>
      updated().asked().read(FIRST, NEW.version).settled(FIRST, 'confirmed', 8998).story,
    'it is said to have it before it keeps it, and nobody knows by which clock': () =>
      updated().read(FIRST, NEW.version).settled(FIRST, 'confirmed', 8000).story,
    'it was silent for too long and kept it later': () =>
      updated().read(FIRST, NEW.version).settled(FIRST, 'timed-out', 8000).story,
  },
  failing: {
    'a trial does not end': () => onTrial(8600),
    'the trial of a model does not end': () => tries(null, null).story,
    'it ends too late': () => tries(16_301, null).story,
    'another kind is used instead': () => tries(16_300, null, 'config').story,
    'a model is kept before its test is over': () => tries(8997, NEW).story,
    'one keeps it before its test is over': () => tests(1003),
    'one keeps it sooner after it came online': () => tests(1000, 8300),
    'one keeps it while it has no connection': () =>
      tests(1000).add('offline', 8800, { device: FIRST, why: 'closed' }),
    'what was not kept runs again': () => rolledBack(NEW).story,
    'it is said to have it, and has it not': () => {
      const told = new Told().begins(FIRST, 7000).boots(FIRST, 8000, NEW, true);
      told.story.fine();
      return told.settled(FIRST, 'confirmed', 9000).story;
    },
    'it is said to have it before it keeps it': () => {
      const told = updated().asked();
      told.story.fine();
      return told.settled(FIRST, 'confirmed', 8990).story;
    },
    'one keeps what it is not well with': () => {
      const told = new Told({ image: { ...NEW, defect: 'heap-leak' } });
      told.begins(FIRST, 7000).boots(FIRST, 8000, NEW, true).story.fine();
      return told.keeps(FIRST, 9000, NEW).story;
    },
    'one keeps what says hundredths, and could see it by one of two': () =>
      keepsHundredths((told) => told.looks(FIRST, 9000, 2, 'fan').looks(FIRST, 9000, 0)),
    'one keeps what says hundredths, and could see it by then': () =>
      keepsHundredths((told) => told.looks(FIRST, 8500, 0).looks(FIRST, 9000, -1)),
    'it is said to have failed, and keeps it': () => {
      const told = updated();
      told.story.fine();
      return told.settled(SECOND, 'failed', 13_000).story;
    },
  },
  undecided: {
    'nobody tells what they run': () => honest().drop(isOta),
    'nobody tells what one saw that keeps what says hundredths': () => keepsHundredths(),
  },
};

/** The first falls by what it has kept, comes up again and says so, or not. */
const fallen = (says = true, isTold = true): Told => {
  const told = ended(new Told(SOAKED).updates(FIRST, 7000).updates(SECOND, 11_000));
  told.story.fine();
  told.falls(FIRST, 10_000).says(FIRST, 10_100, NEW.version, 'confirmed', true, says);
  return isTold ? told.unwell(FIRST, 10_200) : told;
};
/** Only the first takes what it is offered. */
const half = (calm: number): Story => {
  const told = new Told().updates(FIRST, 7000).settled(FIRST, 'confirmed', 9000);
  told.read(FIRST, NEW.version).read(SECOND, OLD.version).offered(FIRST).story.fine();
  return told.offered(SECOND, calm).story;
};

/** The second is offered it at 9 s in the calm, does nothing, and is given up then. */
const leftAlone = (at: number): Story => {
  const told = new Told().asked().updates(FIRST, 7000).settled(FIRST, 'confirmed', 9000);
  told.read(FIRST, NEW.version).read(SECOND, OLD.version).offered(FIRST).story.fine();
  return told.offered(SECOND).settled(SECOND, 'timed-out', at).story;
};

const otaTaken: CheckerFixtures = {
  passing: {
    'one is given up before it must have heard': () => leftAlone(13_990),
    'one was not idle for long enough': () => half(READ - 9999),
  },
  failing: {
    'one is given up that nobody told': () => leftAlone(14_000),
    'one never takes it, and was idle for long enough': () => half(READ - 10_000),
  },
  undecided: { 'nothing was offered': () => honest() },
};

const SOAKED = { gate: { success: 1_000_000, withinMs: 9000, unwell: 500_000, soakMs: 2000 } };

const otaSoaked: CheckerFixtures = {
  passing: {
    'the second begins when the first has soaked': () =>
      ended(new Told(SOAKED).updates(FIRST, 7000).updates(SECOND, 11_000)).story.fine(),
    'one falls and says so': () => fallen().story,
    'one falls and is not heard of': () => {
      const told = ended(new Told(SOAKED).updates(FIRST, 7000).updates(SECOND, 11_000));
      return told.falls(FIRST, 10_000).says(FIRST, 10_100, NEW.version, '', false, true).story;
    },
    'one says it before anybody knows that it has it': () => {
      const told = new Told(SOAKED).updates(FIRST, 7000).falls(FIRST, 9500);
      told.says(FIRST, 9600, NEW.version, 'confirmed', true, true).again(FIRST, 10_000);
      told.settled(FIRST, 'timed-out', 9000).settled(FIRST, 'confirmed', 10_100, 2);
      return told.read(FIRST, NEW.version).read(SECOND, OLD.version).story.fine();
    },
    'one falls before it has it': () => {
      const told = new Told(SOAKED)
        .falls(FIRST, 6500, OLD)
        .says(FIRST, 6600, '1.0.0', '', true, true);
      return ended(told.updates(FIRST, 7000).updates(SECOND, 11_000)).story;
    },
  },
  failing: {
    'the second begins too soon': () => {
      const told = ended(new Told(SOAKED).updates(FIRST, 7000));
      told.story.fine();
      return told.begins(SECOND, 10_999).story;
    },
    'one falls and hides it': () => fallen(false, false).story,
    'one says that it fell, and did not': () => {
      const told = ended(new Told(SOAKED).updates(FIRST, 7000).updates(SECOND, 11_000));
      told.story.fine();
      return told.says(SECOND, 13_500, NEW.version, 'confirmed', true, true).story;
    },
    'nobody takes down that one fell': () => fallen(true, false).story,
    'one is held to be unwell by what came before': () => {
      const told = ended(new Told(SOAKED, LATE).updates(FIRST, 7000).updates(SECOND, 11_000));
      told.story.fine();
      told.boots(FIRST, 14_000, LATE).keeps(FIRST, 14_000, LATE).falls(FIRST, 15_000, LATE);
      told.says(FIRST, 15_100, LATE.version, 'confirmed', true, true);
      return told.unwell(FIRST, 15_200).story;
    },
    'one is held to be unwell that never fell': () => fallen().unwell(SECOND, 14_000).story,
  },
  undecided: {
    'nobody was read back': () =>
      new Told(SOAKED).updates(FIRST, 7000).updates(SECOND, 11_000).story,
  },
};

const otaWaveGate: CheckerFixtures = {
  passing: {
    'the second waits for the first': honest,
    'the gate is not passed': () =>
      rolledBack().read(FIRST, OLD.version).gate(0, false, 0, 1).story,
  },
  failing: {
    'the second does not wait': () => {
      const told = new Told().updates(FIRST, 7000);
      told.story.fine();
      return told.begins(SECOND, 8500).story;
    },
    'the first did not keep it': () => {
      const told = rolledBack();
      told.story.fine();
      return told.begins(SECOND, 11_000).story;
    },
    'a gate is passed twice': () => {
      const told = new Told();
      told.story.fine();
      return told.gate(0, true, 1).gate(0, true, 1).story;
    },
    'a wave is decided that there is not': () => {
      const told = new Told();
      told.story.fine();
      return told.gate(8, true, 1).story;
    },
    'a gate is passed with too few': () => {
      const told = new Told();
      told.story.fine();
      return told.gate(0, true, 0).story;
    },
    'a gate is not passed with enough': () => {
      const told = new Told();
      told.story.fine();
      return told.gate(0, false, 1).story;
    },
  },
  undecided: { 'nobody tells of a wave': () => honest().drop(isOta) },
};

const inventoryTrue: CheckerFixtures = {
  passing: {
    'both are known': honest,
    'what one said last was not acknowledged': () => {
      const told = new Told().says(FIRST, 500, OLD.version).begins(FIRST, 7000);
      told.boots(FIRST, 8000, NEW, true).says(FIRST, 8100, NEW.version, '', false);
      told.says(SECOND, 500, OLD.version);
      return told.read(FIRST, OLD.version).read(SECOND, OLD.version).story;
    },
  },
  failing: {
    'another version is believed': () =>
      honest().change(
        ({ op, fields }) => op === 'ota/read' && fields.device === FIRST,
        ({ fields }) => ({ fields: { ...fields, version: OLD.version } }),
      ),
    'it says what it does not run': () => {
      const told = new Told();
      told.story.fine();
      return told.says(FIRST, 9000, NEW.version).read(FIRST, NEW.version).story;
    },
  },
  undecided: { 'nobody was read back': () => updated().story },
};

/** One takes an offer with a patch of so many bytes for such an image. */
function hasPatch(base: FirmwareImage, size: number): Told {
  const delta = { base: base.sha256, size, sha256: 'ab'.repeat(32) };
  const told = new Told({ image: { ...NEW, delta } });
  told.story.fine();
  return told.begins(FIRST, 7000);
}

/** And loads that. */
const loadsPatch = (base: FirmwareImage, size = 300): Told =>
  hasPatch(base, size).loads(FIRST, 7100, size, size);

/** It is as long as the image. */
const AS_LONG = NEW.size;

/** The first is called off at 8 s, before its user let it take anything, or not. */
function leftOff(consent: number): Told {
  const told = taking(new Told(), { consent }).begins(FIRST, 7000);
  told.story.fine();
  return told.ends(FIRST, 8000, 'failed');
}

const otaResume: CheckerFixtures = {
  passing: {
    'all is over before anybody may load': () => leftOff(1001).story,
    'both load it once': honest,
    'one loads a patch for what it runs': () => loadsPatch(OLD).story,
    'one loads a patch that is no good, and then the image': () =>
      loadsPatch(OLD).needsWhole(FIRST, 7200).loads(FIRST, 7300, 1000).story,
    'one loads a patch that is no good, and then an image that is as long': () =>
      loadsPatch(OLD, AS_LONG).needsWhole(FIRST, 7200).loads(FIRST, 7300, 1000).story,
    'one cannot use a patch, and loads an image that is as long': () =>
      hasPatch(STRANGE, AS_LONG).needsWhole(FIRST, 7000).loads(FIRST, 7300, 1000).story,
    'one is interrupted, and goes on': () => updated().loads(SECOND, 11_200, 400).story,
  },
  failing: {
    'one begins again': () => {
      const told = updated();
      told.story.fine();
      return told.loads(SECOND, 11_200, 900).loads(SECOND, 11_300, 9000).story;
    },
    'one loads a patch for what it does not run': () => loadsPatch(STRANGE).story,
    'one loads a patch for what it does not run, as long as the image': () =>
      loadsPatch(STRANGE, AS_LONG).needsWhole(FIRST, 7200).loads(FIRST, 7300, 1000).story,
    'one begins a patch again that is as long as the image': () => {
      const told = loadsPatch(OLD, AS_LONG).loads(FIRST, 7150, 9000);
      return told.needsWhole(FIRST, 7200).loads(FIRST, 7300, 1000).story;
    },
    'one begins an image again that is as long as its patch': () =>
      loadsPatch(OLD, AS_LONG).needsWhole(FIRST, 7200).loads(FIRST, 7300, 9000).story,
  },
  undecided: {
    'nobody loads anything': () => new Told().story,
    'one loads nothing though it may': () => leftOff(1000).story,
    'one of them loads nothing though it may': () =>
      leftOff(1001).begins(SECOND, 7000).ends(SECOND, 9000, 'failed').story,
  },
};

/** It was asked for a second before the first one began. */
function asked(told: Told, within = 9000): Story {
  told.story.add('ota/asked', 6000, { device: -1, campaign: NAME });
  told.story.plan.expect = [{ checker: 'patched', params: { share: 0.9, within } }];
  return told.story;
}

/** By its operator, once the first has it. */
function calledOff(status = 200): Story {
  const story = asked(new Told().asked().updates(FIRST, 7000), 90_000);
  const said = { device: -1, campaign: NAME, move: 'abort' };
  story.add('ota/told', 10_000, said);
  return story.add('ota/took', 10_000, { ...said, status, at: 10_000 });
}

const patched: CheckerFixtures = {
  passing: { 'both have it in time': () => asked(updated()) },
  failing: {
    'one has it too late': () => asked(new Told().updates(FIRST, 7000).updates(SECOND, 16_000)),
    'one never has it': () => asked(new Told().updates(FIRST, 7000)),
  },
  undecided: {
    'nobody asked for it': () => {
      const story = updated().story;
      story.plan.expect = [{ checker: 'patched', params: { share: 0.9, within: 9000 } }];
      return story;
    },
    'the run ended before': () => asked(new Told().updates(FIRST, 7000), 90_000),
    'a gate halted it before': () => asked(new Told().gate(0, false, 0, 1), 90_000),
    'it was called off before': () => calledOff(),
    'it is called off, and nobody answers': () => calledOff(503),
  },
};

export default {
  'ota-resume': otaResume,
  patched,
  'ota-signed-only': otaSignedOnly,
  'ota-no-downgrade': otaNoDowngrade,
  'ota-no-brick': otaNoBrick,
  'ota-rollback': otaRollback,
  'ota-wave-gate': otaWaveGate,
  'ota-soaked': otaSoaked,
  'ota-taken': otaTaken,
  'inventory-true': inventoryTrue,
};
