/**
 * Stories of a steered campaign that is called off: who waits for an offer ends, who is at it is
 * told and leaves it off, and nobody leaves off anything without that.
 */
import type { CampaignPlan, FaultPlan } from '#kernel';
import { AHEAD, deviceAt, NAME, Steered } from './ota-steered.ts';
import { faultPlan, type Story } from './story.ts';

const five = (told: Steered): Steered =>
  [0, 1, 2, 3, 4]
    .reduce((one, place) => one.offers(place, 3000 + 1000 * place), told)
    .gate(0, true, 6560, 4);

type Fields = { device?: unknown; status?: unknown };

/** One of the second wave has failed and waits for another try, and four wait for their first. */
const waiting = (more: Partial<CampaignPlan> = {}): Steered => {
  const told = five(new Steered({ tries: 2, ...more })).offers(5, 8000, 'failed');
  told.moves('abort', 8900);
  return [6, 7, 8, 9].reduce((one, place) => one.ends(place, 8900, 'aborted'), told);
};

/** What it says of its job, as the road of jobs writes it. */
const rejects = (told: Steered): Story => {
  const said = { n: 1, what: `${NAME}/update`, job: NAME, number: 1, expected: 1 };
  return told.story
    .add('ota/job-asked', 8500, { device: deviceAt(5), ...said, status: 'REJECTED' })
    .fine();
};

const isOf = (op: string) => (event: { op: string; fields: { device?: unknown } }) =>
  event.op === op && event.fields.device === deviceAt(6);

const isAborted = (place: number) => (event: { op: string; fields: Fields }) =>
  event.fields.status === 'aborted' && event.fields.device === deviceAt(place);

/** The seventh was offered it at 9 s, all is called off by 10.03 s, and it keeps it then. */
const goesOn = (keptAt: number, ...faults: FaultPlan[]): Story => {
  const told = five(new Steered({}, [], faults))
    .offers(5, 8000)
    .offers(6, 9000);
  told.moves('abort', 9990);
  const all = [7, 8, 9].reduce((one, place) => one.ends(place, 9990, 'aborted'), told);
  return all.story
    .fine()
    .change(isOf('ota/kept'), () => ({ t: keptAt }))
    .change(isOf('ota/settled'), ({ fields }) => ({
      fields: { ...fields, at: keptAt + 60 + AHEAD },
    }));
};

const installs = (story: Story, t: number): Story =>
  story.add('state', t, { device: deviceAt(6), state: 'ota.installing' });

const away = (story: Story, from: number, to: number): Story =>
  story
    .add('offline', from, { device: deviceAt(6) })
    .add('online', to, { device: deviceAt(6), present: false });

const cut = (place: number): FaultPlan =>
  faultPlan('cut', { from: 11_000, to: 12_000, devices: [deviceAt(place)] });

/** The sixth says that it leaves off what it was offered at 8 s. */
const leaves = (told: Steered, t: number): Story => {
  const about = { device: deviceAt(5), campaign: NAME, attempt: 1 };
  const said = { ...about, status: 'failed', why: 'cancelled' };
  return told.story.fine().add('ota/ended', t, said);
};
const underWay = (status = 'failed'): Steered => five(new Steered()).offers(5, 8000, status);
/** It is given up, and all others have it. */
const givenUp = (): Steered =>
  [6, 7, 8, 9]
    .reduce((told, place) => told.offers(place, 3000 + 1000 * place), underWay('timed-out'))
    .gate(1, true, 12_560, 4, 1);
const byJobs = (told: Steered): Steered => {
  const parts = [{ kind: 'ota', params: { road: 'jobs' } }];
  for (const entry of told.story.plan.entries) Object.assign(entry, { parts });
  return told;
};
const ended = (told: Steered): Steered =>
  [6, 7, 8, 9].reduce((one, place) => one.ends(place, 8300, 'aborted'), told);

export const calledOff = {
  passing: {
    'one that waited for another try ends as well': () =>
      waiting().ends(5, 8900, 'aborted', 2).story.fine(),
    'one has failed for good before it is called off': () => waiting({ tries: 1 }).story.fine(),
    'one that wants no other try does not end': () => rejects(waiting()),
    'one goes on for a while after it is called off': () => goesOn(14_900),
    'one was at it for too long as it was called off': () => installs(goesOn(18_000), 14_900),
    'one was not there when it was called off': () => away(goesOn(16_000), 9500, 11_100),
    'one cannot have heard that it was called off': () => goesOn(18_000, cut(6)),
    'one leaves off as it is called off': () =>
      leaves(ended(underWay().moves('abort', 8300)), 8310),
    'the job of one is over, and it leaves off': () => leaves(byJobs(givenUp()), 8600),
  },
  failing: {
    'one that waited for another try does not end': () =>
      waiting().ends(5, 8900, 'aborted', 2).story.fine().drop(isAborted(5)),
    'one that wants no other try waited for its first': () => rejects(waiting()).drop(isAborted(6)),
    'one is called off, goes on and keeps it': () => goesOn(15_100),
    'one begins to install long after it was called off': () => installs(goesOn(18_000), 15_100),
    'one is there again, and goes on': () => away(goesOn(16_200), 9500, 11_100),
    'one goes on, and another cannot have heard': () => goesOn(18_000, cut(7)),
    'one leaves off what is paused': () => leaves(underWay().moves('pause', 8300), 8310),
    'one leaves off before it is called off': () =>
      leaves(ended(underWay().moves('abort', 8300)), 8290),
    'the job of one goes on, and it leaves off': () => leaves(byJobs(givenUp()), 8500),
    'one leaves off what it was given up at': () => leaves(givenUp(), 8600),
  },
};
