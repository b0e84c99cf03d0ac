/**
 * Stories about ten devices and a steered campaign of two waves: it is paused once, and called off
 * before all have been offered it.
 */
import type { CampaignPlan } from '#kernel';
import type { CheckerFixtures } from '../checker-fixtures.ts';
import { calledOff as recalled } from '../ota-called-off.ts';
import { hindered } from '../ota-hindered.ts';
import { AHEAD, CAMPAIGN, DEVICES, deviceAt, HOLD, NAME, READ, Steered } from '../ota-steered.ts';
import { healthy, type Story } from '../story.ts';

type Told = { op: string; fields: { device?: unknown; status?: unknown } };

/** Four of the first wave have it when the fifth is offered it, and that is enough. */
const firstWave = (steered = new Steered()): Steered =>
  [0, 1, 2, 3, 4]
    .reduce((told, place) => told.offers(place, 3000 + 1000 * place), steered)
    .gate(0, true, 6560, 4);

/** Too many of the first wave fail by 4.56 s. */
const halts = (): Steered =>
  new Steered().offers(0, 3000, 'failed').offers(1, 4000, 'failed').gate(0, false, 4560, 0, 2);

/** Four of the first wave have it by 6.56 s, of whom one may be unwell; nothing is decided yet. */
const soaked = (more: Partial<CampaignPlan['gate']> = {}, to = 6500): Steered =>
  [0, 1, 2, 3].reduce(
    (told, place) => told.offers(place, 3000 + 1000 * place),
    new Steered({
      gate: { ...CAMPAIGN.gate, unwell: 200_000, soakMs: 2000, ...more },
      window: { from: 3000, to },
    }),
  );

/** It begins 2 s after it was asked for, and says so then. */
function begunLate(more: Partial<CampaignPlan>): Steered {
  const told = new Steered(more);
  told.story.change(
    ({ op }) => op === 'ota/answered',
    ({ fields }) => ({ t: 4000, fields: { ...fields, at: 4000 + AHEAD } }),
  );
  return told;
}

/** By 8.56 s enough have it, and its window is over by then, at 8.5 s of its target. */
function late(soakMs: number): Steered {
  const gate = { ...CAMPAIGN.gate, unwell: 200_000, soakMs };
  const told = begunLate({ gate, window: { from: 0, to: 6500 } });
  return [0, 1, 2, 3].reduce((one, place) => one.offers(place, 5000 + 1000 * place), told);
}

/** The fifth is due at 9 s, and its window is over by 11 s. */
const lateWindow = (): Steered =>
  [0, 1, 2, 3]
    .reduce(
      (told, place) => told.offers(place, 5000 + 1000 * place),
      begunLate({ window: { from: 0, to: 9000 } }),
    )
    .gate(0, true, 8560, 4)
    .gate(1, false, 17_560, 0);

/** The first of the second wave takes it at 9 s, and its window is over by 9.5 s. */
const lateOpening = (): Steered =>
  [0, 1, 2, 3, 5]
    .reduce(
      (told, place, turn) => told.offers(place, 5000 + 1000 * turn),
      begunLate({ window: { from: 0, to: 7500 } }),
    )
    .gate(0, true, 8560, 4)
    .gate(1, false, 17_560, 1);

/** One in 6 s, as soon as its window opens, the second so long before all is read back. */
function lateRate(beforeMs: number): Steered {
  const gate = { ...CAMPAIGN.gate, withinMs: 60_000 };
  const first = READ - beforeMs - 6000;
  // Its target's clock shows then what it takes for 2 s sooner.
  const told = begunLate({ rate: 10, window: { from: first - 2000, to: 60_000 }, gate });
  return told.offers(0, first).offers(1, READ - beforeMs);
}

/** Of two tries each: the first one fails, and the gate counts it for good. */
function failsOnce(): Steered {
  const window = { from: 3000, to: 7500 };
  const told = new Steered({ tries: 2, window }).offers(0, 3000, 'failed');
  [1, 2, 3, 4].reduce((one, place) => one.offers(place, 3000 + 1000 * place), told);
  return told.gate(0, true, 7560, 4, 1).gate(1, false, 16_560, 0);
}

/** What it says of its job, as the road of jobs writes it. */
const answers = (told: Steered, status: string, number = 1): Steered => {
  const said = { n: 1, what: `${NAME}/update`, job: NAME, number, expected: 1, status };
  told.story.add('ota/job-asked', 3500, { device: deviceAt(0), ...said });
  return told;
};

/** Four of the second wave have it as well by 11.56 s, and the fifth is offered it later. */
const secondWave = (told: Steered): Steered =>
  [5, 6, 7, 8, 9]
    .reduce((so, place) => so.offers(place, 3000 + 1000 * place), told)
    .gate(1, true, 11_560, 4);

/** One of the second wave fails at first. */
const tried = (told = firstWave(new Steered({ tries: 2 }))): Steered =>
  [6, 7, 8, 9]
    .reduce((so, place) => so.offers(place, 3000 + 1000 * place), told.offers(5, 8000, 'failed'))
    .gate(1, true, 12_560, 4);

/** And its second offer is left out. */
const notAgain = (told: Steered): Story =>
  fine(told.offers(5, 13_000, 'confirmed', 2)).drop(({ fields }) => fields.attempt === 2);

/** It is for one device, which has it, and goes to another as well. */
const strange = (): Story => {
  const id = healthy({ devices: DEVICES }).plan.devices[deviceAt(0)]?.id ?? '';
  const own = new Steered({ of: id, waves: [1_000_000] }).offers(0, 3000).gate(0, true, 3560, 1);
  return bent(own, (told) => told.offers(1, 5000));
};

/** Its target dies in the midst of the soak, and is back later. */
const away = (told: Steered): Steered => {
  told.story.add('target', 7000, { is: 'killed' }).add('target', 9800, { is: 'accepting' });
  return told;
};

/** Paused in the second wave, goes on, and is called off with two still waiting. */
function whole(): Steered {
  const told = firstWave().offers(5, 8000).moves('pause', 8500).moves('resume', 12_000);
  told.offers(6, 12_000).offers(7, 13_000).moves('abort', 13_800);
  return told.ends(8, 13_800, 'aborted').ends(9, 13_800, 'aborted');
}

/** From here on something is wrong. */
const bent = (told: Steered, bend: (told: Steered) => Steered): Story => {
  told.story.fine();
  return bend(told).story;
};
const fine = ({ story }: Steered): Story => story.fine();
const calledOff = (): Steered =>
  firstWave()
    .offers(5, 8000)
    .offers(6, 9000)
    .moves('abort', 10_010)
    .ends(8, 10_010, 'aborted')
    .ends(9, 10_010, 'aborted');

/** One asks for what there is for it; that it is called off is answered at 10.030 s. */
const asks = (asked: number): Story =>
  bent(calledOff(), (told) => {
    told.story.add('ota/shown', 10_039, { device: deviceAt(7), asked });
    return told.offers(7, 10_000);
  });

/** A rule pauses it in the second wave, and one was offered it before. */
const held = (more: Partial<CampaignPlan> = {}): Steered =>
  firstWave(new Steered(more, [HOLD]))
    .offers(5, 8000)
    .decides(8500)
    .moved('pause', 8500);
/** Its operator lets it go on, and all are offered it. */
const goesOn = (): Steered =>
  [6, 7, 8, 9]
    .reduce(
      (told, place) => told.offers(place, 5000 + 1000 * place),
      held().moves('resume', 11_000),
    )
    .gate(1, true, 13_560, 4);
/** All of it goes as it should, and a rule may pause it. */
const unheld = (): Steered => secondWave(firstWave(new Steered({}, [HOLD])));

const isOta = ({ op }: { op: string }): boolean => op.startsWith('ota/');
const isOf = (op: string, place: number) => (event: Told) =>
  event.op === op && event.fields.device === deviceAt(place);

const otaControlled: CheckerFixtures = {
  passing: {
    ...hindered.passing,
    ...recalled.passing,
    'it is paused, goes on and is called off': () => fine(whole()),
    'one asked before it was called off, and keeps it': () => asks(10_030),
    'one hears late of what was sent before': () => fine(calledOff().offers(7, 10_000)),
    'too many fail, and it halts': () => fine(halts()),
    'its time is up in the first wave': () =>
      new Steered({ rate: 1 }).offers(0, 3000).gate(0, false, 12_000, 1).story,
    'a wave soaks': () => fine(soaked().gate(0, true, 8560, 4).gate(1, false, 17_560, 0)),
    'a wave soaks while its target is away': () =>
      fine(away(soaked()).gate(0, true, 9900, 4).gate(1, false, 18_900, 0)),
    'a wave soaks, and a timer is late': () =>
      fine(soaked().gate(0, true, 9500, 4).gate(1, false, 18_500, 0)),
    'the time of its gate is up while a wave soaks': () =>
      fine(soaked({ withinMs: 4000 }).gate(0, true, 8560, 4).gate(1, false, 12_560, 0)),
    'a wave soaks to the end of the run': () => fine(soaked({ soakMs: 60_000 })),
    'it is begun late, and a wave soaks to the end of the run': () => fine(late(READ + 500 - 8560)),
    'it is begun late, and a wave soaks while its target is away': () => {
      const told = late(2000).gate(0, true, 11_700, 4).gate(1, false, 20_700, 0);
      told.story.add('target', 10_000, { is: 'killed' }).add('target', 11_600, { is: 'accepting' });
      return fine(told);
    },
    'it is begun late, and its target is away until its window is over': () => {
      const told = lateWindow();
      told.story.add('target', 9010, { is: 'killed' }).add('target', 10_990, { is: 'accepting' });
      return fine(told);
    },
    'it is begun late, and is read back before the next is due': () => fine(lateRate(5900)),
    'it is begun late, and a wave begins just before its window is over': () => fine(lateOpening()),
    'a pause stops the time of a soak': () =>
      fine(
        soaked()
          .moves('pause', 7000)
          .moves('resume', 9000)
          .gate(0, true, 10_560, 4)
          .gate(1, false, 19_560, 0),
      ),
    'too many are unwell, and it halts': () =>
      fine(soaked().ails(0, 7000).ails(1, 7500).gate(0, false, 7500, 4, 0, 2)),
    'one rejects its job, and is never tried again': () => fine(answers(failsOnce(), 'REJECTED')),
    'one fails, and is offered it once more': () => fine(tried().offers(5, 13_000, 'confirmed', 2)),
    'one fails, and its target is away until its window is over': () => {
      const told = tried();
      told.story.add('target', 13_500, { is: 'killed' }).add('target', 19_500, { is: 'accepting' });
      return fine(told);
    },
    'one fails, and it is paused before it could be offered it again': () =>
      fine(tried().moves('pause', 12_900)),
    'one fails, and it is called off before it could be offered it again': () =>
      fine(tried().moves('abort', 12_900).ends(5, 12_900, 'aborted', 2)),
    'one fails as often as it may': () => fine(tried().offers(5, 13_000, 'failed', 2)),
    'all is decided a little late': () =>
      new Steered({ rate: 1 }).offers(0, 3000).gate(0, false, 12_900, 1).story,
    'a rule pauses it, and nobody lets it go on': () => fine(held().isWhole()),
    'a rule pauses it, and its operator lets it go on': () => fine(goesOn().isWhole()),
    'a rule pauses it again before its operator does': () =>
      fine(held().decides(9000).moves('pause', 10_000).isWhole()).change(
        ({ op, fields }) => op === 'ota/took' && fields.move === 'pause',
        ({ fields }) => ({ fields: { ...fields, at: 8500 + AHEAD } }),
      ),
    'a rule would pause it, and may not': () => fine(unheld().decides(14_000, false).isWhole()),
    'it is paused as all is read': () =>
      fine(
        unheld()
          .moved('pause', READ - 500)
          .isWhole(),
      ),
    'a pause is refused once it is halted': () => fine(halts().moves('pause', 4541, 409)),
    'a pause is refused once it is called off': () => fine(whole().moves('pause', 15_000, 409)),
    'it is called off again, and that is refused': () => fine(whole().moves('abort', 15_000, 409)),
    'nobody has it paused, and it is not let go on': () =>
      fine(secondWave(firstWave(new Steered().moves('resume', 2500, 409)))),
    'a rule has it paused while it is not let go on': () =>
      fine(unheld().moves('resume', 13_990, 409).decides(14_000).moved('pause', 14_000).isWhole()),
  },
  failing: {
    ...hindered.failing,
    ...recalled.failing,
    'a pause is refused': () =>
      fine(secondWave(firstWave(new Steered().moves('pause', 2500, 409)))),
    'a pause is refused just before it is halted': () => fine(halts().moves('pause', 4530, 409)),
    'it is to be called off, and that is refused': () =>
      fine(firstWave().moves('abort', 7000, 409)),
    'it is halted, and may not be called off': () => fine(halts().moves('abort', 5000, 409)),
    'it is paused, and may not go on': () => fine(held().isWhole().moves('resume', 9000, 409)),
    'its time is up in the first wave, and it goes on': () =>
      fine(new Steered({ rate: 1 }).offers(0, 3000)),
    'its time is up in the first wave, and it halts much later': () =>
      fine(new Steered({ rate: 1 }).offers(0, 3000).gate(0, false, 13_100, 1)),
    'one fails, and is never offered it again': () => notAgain(tried()),
    'one fails, and though its target was away for a moment it is never offered it again': () => {
      const told = tried();
      told.story.add('target', 13_100, { is: 'killed' }).add('target', 14_100, { is: 'accepting' });
      return notAgain(told);
    },
    'the first time that one is offered it is its second': () =>
      fine(secondWave(firstWave(new Steered({ tries: 2 })))).change(
        ({ op, fields }) =>
          ['ota/offered', 'ota/began', 'ota/settled'].includes(op) && fields.device === deviceAt(5),
        ({ fields }) => ({ fields: { ...fields, attempt: 2 } }),
      ),
    'one is offered it more often than it may be': () =>
      bent(tried().offers(5, 13_000, 'failed', 2), (told) => told.offers(5, 14_000, 'failed', 3)),
    'one is offered it that has it': () =>
      bent(secondWave(firstWave(new Steered({ tries: 2 }))), (told) =>
        told.offers(5, 14_000, 'confirmed', 2),
      ),
    'one is offered it twice at once': () =>
      bent(secondWave(firstWave()), (told) => {
        const again = { device: deviceAt(5), campaign: NAME, attempt: 1, at: 14_000 + AHEAD };
        told.story.add('ota/offered', READ, again);
        return told;
      }),
    'one of others is offered it': strange,
    'one waits that could have had it': () =>
      secondWave(firstWave())
        .story.drop(
          ({ op, fields }) => op !== 'ota/read' && isOta({ op }) && fields.device === deviceAt(9),
        )
        .fine(),
    'one is offered it too fast': () => bent(firstWave(), (told) => told.offers(5, 7500)),
    'one is offered it before the window opens': () =>
      bent(new Steered(), (told) => told.offers(0, 2500)),
    'one is offered it during the pause': () => {
      const told = firstWave().offers(5, 8000).moves('pause', 8500).moves('resume', 12_000);
      return bent(told, () => told.offers(6, 9000));
    },
    'a wave begins during the pause': () =>
      fine(firstWave(new Steered().moves('pause', 6400).moves('resume', 6900))),
    'one is offered it while a rule has it paused': () =>
      bent(held().isWhole(), (told) => told.offers(6, 9500)),
    'it pauses itself': () => bent(secondWave(firstWave()), (told) => told.moved('pause', 14_000)),
    'it pauses itself, beside a rule that may': () =>
      bent(unheld().isWhole(), (told) => told.moved('pause', 14_000)),
    'it pauses itself before a rule does': () =>
      fine(unheld().moved('pause', 13_997).decides(14_000).isWhole()),
    'it pauses itself long after a rule did': () =>
      bent(goesOn().isWhole(), (told) => told.moved('pause', 14_000)),
    'it is paused twice by one word of a rule': () => {
      const told = unheld().decides(14_000).moved('pause', 14_000).moves('resume', 14_300);
      return fine(told.moved('pause', 14_600).isWhole());
    },
    'it goes on by itself': () => bent(held().isWhole(), (told) => told.moved('resume', 14_000)),
    'it is called off by itself': () =>
      bent(unheld().isWhole(), (told) => told.moved('abort', 14_000)),
    'it was paused before its operator said so': () =>
      fine(secondWave(firstWave()).moves('pause', 15_000)).change(
        ({ op }) => op === 'ota/took',
        ({ fields }) => ({ fields: { ...fields, at: 14_000 + AHEAD } }),
      ),
    'a rule has it paused, and it goes on': () => fine(unheld().decides(14_000).isWhole()),
    'one is offered it after the end': () => bent(whole(), (told) => told.offers(8, 15_000)),
    'one that waited does not end': () => fine(whole()).drop(isOf('ota/settled', 9)),
    'one that waited ends twice': () => bent(whole(), (told) => told.ends(9, 13_800, 'aborted')),
    'one asks after it was called off, takes it and keeps it': () => asks(10_031),
    'one is called off that nobody called off': () =>
      bent(firstWave(), (told) => told.ends(9, 7500, 'aborted')),
    'the target says that it offered it later': () =>
      fine(whole()).change(isOf('ota/offered', 7), ({ fields }) => ({
        fields: { ...fields, at: 13_500 + AHEAD },
      })),
    'one takes what nobody offered': () => fine(whole()).drop(isOf('ota/offered', 6)),
    'too many fail, and it goes on': () => {
      const told = new Steered().offers(0, 3000, 'failed').offers(1, 4000, 'failed');
      return fine(told.offers(2, 5000));
    },
    'it is halted before its time': () =>
      bent(new Steered().offers(0, 3000), (told) => told.gate(0, false, 5000, 1)),
    'a wave that is due is not decided': () =>
      fine(firstWave()).drop(({ op }) => op === 'ota/gate'),
    'one waits for its offer though others have theirs': () =>
      bent(new Steered().offers(0, 3000), (told) => told.offers(1, 6500)),
    'a wave does not soak': () => fine(soaked().gate(0, true, 6560, 4)),
    'a wave soaks for too short a time': () => fine(soaked().gate(0, true, 8550, 4)),
    'a wave soaks for too long': () => fine(soaked().gate(0, true, 9900, 4)),
    'a wave soaks for too long, though its target does other things': () =>
      fine(soaked().ails(0, 8700).gate(0, true, 9400, 4, 0, 1)),
    'it is begun late, and a wave that has soaked is not decided': () =>
      fine(late(READ - 500 - 8560)),
    'it is begun late, and a wave soaks for too long': () =>
      fine(late(2000).gate(0, true, 11_700, 4)),
    'it is begun late, and one waits while its target is there': () => fine(lateWindow()),
    'it is begun late, and by flash a wave begins after its window is over': () =>
      fine(lateOpening())
        .change(isOf('ota/kept', 3), () => ({ t: 9510 }))
        .change(isOf('ota/began', 5), () => ({ t: 9520 })),
    'it is begun late, and one waits until it is read back': () => fine(lateRate(7100)),
    'a wave has soaked and is not decided': () => fine(soaked()),
    'too many are unwell, and it goes on': () =>
      fine(soaked().ails(0, 7000).ails(1, 7500).gate(0, true, 8560, 4, 0, 2)),
    'it halts with no more unwell than may be': () =>
      fine(soaked().ails(0, 7000).gate(0, false, 7000, 4, 0, 1)),
    'a gate counts one for good that failed and may try again': () => fine(failsOnce()),
    'nor does the job of one that failed tell more': () => fine(answers(failsOnce(), 'FAILED')),
    'nor one that rejected another try': () => fine(answers(failsOnce(), 'REJECTED', 2)),
    'a gate counts others than are unwell': () =>
      fine(soaked().ails(0, 7000).gate(0, true, 8560, 4)),
    'a gate counts others than have ended': () =>
      fine(firstWave()).change(
        ({ op }) => op === 'ota/gate',
        ({ fields }) => ({ fields: { ...fields, confirmed: 5 } }),
      ),
  },
  undecided: {
    'nobody knows whether it began': () =>
      fine(whole()).change(
        ({ op }) => op === 'ota/answered',
        ({ fields }) => ({ fields: { ...fields, status: 0 } }),
      ),
    'nobody knows what was decided of its waves': () => {
      const told = firstWave();
      told.story.drop(({ op }) => op === 'ota/gate');
      told.story.add('gates-unread', READ, { device: -1, campaign: NAME });
      return fine(told);
    },
    'nobody knows whether it was paused': () => fine(firstWave().moves('pause', 8500, 0)),
    'a rule pauses it, and nobody knows all that was decided': () =>
      fine(held().isWhole().decides(8500)).drop(
        ({ op, fields }) => op === 'acts/decided' || (op === 'acts/whole' && fields.device === 3),
      ),
    'a rule has it paused, and nobody knows how it was moved': () =>
      fine(unheld().isWhole().decides(14_000)).drop(({ op }) => op === 'moves-read'),
    'nobody tells of a campaign': () => fine(whole()).drop(isOta),
  },
};

export default { 'ota-controlled': otaControlled };
