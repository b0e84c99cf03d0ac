/**
 * The platform, the oracle and a naive reading of the rules agree on random campaigns: on offers,
 * gates, halts, endings and the time of each. With a bug planted in the platform they do not.
 *
 *   npx vitest run tests/ota-campaigns.test.ts                     # 200 of them
 *   OTA_CAMPAIGNS=5000 npx vitest run tests/ota-campaigns.test.ts  # the bench
 */
import { expect, it } from 'vitest';
import { type Mutant, type Plan, randomStream } from '#kernel';
import { OtaWaves } from '../twins/oracles/ota/waves.ts';
import type { OtaOracle } from '../twins/oracles/ota.ts';
import oracleKind from '../twins/oracles/ota.ts';
import { testPlan } from '../twins/oracles/testing/plan.ts';
import { CampaignLife } from './ota-campaigns/campaign-life.ts';
import { drawCampaign } from './ota-campaigns/drawn-campaign.ts';
import { NaiveCourse } from './ota-campaigns/naive-course.ts';
import { mutantFolder } from './planted.ts';

const CAMPAIGNS = Number(process.env.OTA_CAMPAIGNS ?? 200);
/** In these a kill fell between what was asked and its answer, and something was said too soon. */
const ONCE_WRONG = [716, 985, 3294];
const SOME = 60;
/** What is said is never too late for that. */
const NEVER_READ = { readsOf: () => ({ beganAt: Number.POSITIVE_INFINITY }) };
/** Whatever can be due is, by then. */
const END_MS = 120_000;

const FACTORY = { version: '1.0.0', sha256: 'b'.repeat(64) };

interface Lived {
  /** What the oracle finds; nothing in an honest one. */
  flaws: string[];
  /** By the platform, and as it should be. */
  is: object;
  should: object;
}

function live(number: number, mutant: Mutant | null): Lived {
  const random = randomStream(number, 'ota-campaign');
  const drawn = drawCampaign(random);
  const bare = testPlan({ devices: drawn.devices, readings: 1 });
  const resolved = { campaign: drawn.plan, factory: FACTORY, keys: [] };
  const workflows = [{ workflow: 'ota', session: 'ota', resolved }];
  const plan = { ...bare, workflows } as unknown as Plan;
  const ids = plan.devices.map(({ id }) => id);
  const life = new CampaignLife(drawn, ids, random, mutant);
  life.run();
  const { state, gates, offers, ends } = life.seen();
  const course = new NaiveCourse(life.rules());
  for (const input of life.inputs) course.take(input);
  course.runTo(END_MS + drawn.aheadMs);
  const waves = new OtaWaves(plan, { downs: life.downs, stalls: [], faults: [] });
  const oracle = oracleKind.start({ plan, lane: 0, timeline: NEVER_READ } as never) as OtaOracle;
  for (const entry of life.entries) {
    waves.step(entry);
    if (oracleKind.ops?.includes(entry.op)) oracle.step(entry);
  }
  const twice = ids.flatMap((id, device) =>
    oracle.ends(device, waves).flatMap(({ flaw }) => (flaw === null ? [] : [`${id} ${flaw}`])),
  );
  const told = waves
    .steered()
    .flatMap(({ flaws, isUnknown, unread }) => [
      ...flaws.map(({ device, what }) => `${device === null ? '' : ids[device]} ${what}`),
      ...(isUnknown && course.state !== 'none' ? ['nobody knows'] : []),
      ...(unread > 0 ? [`${unread} are unread`] : []),
    ]);
  const early = waves.early().map(({ device }) => `${ids[device]} began too early`);
  const hasty = waves.soaked().hasty.map(({ device }) => `${ids[device]} began in a soak`);
  const wrong = waves.gates().flatMap(({ flaw }) => (flaw === null ? [] : [flaw]));
  return {
    flaws: [...told, ...twice, ...early, ...hasty, ...wrong],
    is: { state, gates, offers: offers.sort(), ends: ends.sort() },
    should: {
      state: course.state,
      gates: course.gates,
      offers: course.offers.sort(),
      ends: course.ends.sort(),
    },
  };
}

it(`agrees with the platform on ${CAMPAIGNS} campaigns`, { timeout: 3_600_000 }, () => {
  const more = ONCE_WRONG.filter((number) => number > CAMPAIGNS);
  for (const number of [...Array.from({ length: CAMPAIGNS }, (_, at) => at + 1), ...more]) {
    const { flaws, is, should } = live(number, null);
    expect(is, `campaign ${number}`).toEqual(should);
    expect(flaws, `campaign ${number}`).toEqual([]);
  }
});

/** The others are about what devices load and run. */
const CATCHERS = ['ota-controlled', 'ota-wave-gate', 'ota-one-status', 'ota-soaked'];
/** Where devices ask for themselves, which nobody does here. */
const ASKED = 'hawkbit-wave';
/** Every device is of the campaign here. */
const STRANGE = 'ota-takes-strangers';
/** The rules are told what devices say, and not why. */
const UNHEARD = ['ota-tells-nobody', 'ota-pause-cancels'];
const ELSEWHERE = [STRANGE, ...UNHEARD];
const mutants = (await mutantFolder()).filter(
  ({ kind, caughtBy, scenario }) =>
    CATCHERS.includes(caughtBy) && scenario !== ASKED && !ELSEWHERE.includes(kind),
);

it.each(mutants.filter(({ sits }) => sits === 'platform').map((one) => [one.kind, one] as const))(
  'finds %s by oracle and by rules',
  { timeout: 600_000 },
  (_, mutant) => {
    const lives = Array.from({ length: SOME }, (__, at) => live(at + 1, mutant));
    expect(lives.filter(({ flaws }) => flaws.length > 0)).not.toEqual([]);
    const differ = lives.filter(({ is, should }) => JSON.stringify(is) !== JSON.stringify(should));
    expect(differ).not.toEqual([]);
  },
);
