/**
 * Devices that take firmware as honest ones would, and now and then in any other way; a target that
 * opens waves in time or not, and keeps endings once or not. The naive reading goes through the
 * whole list of entries again for each question.
 */
import {
  type CampaignPlan,
  type FirmwareImage,
  type FirmwarePlan,
  type LedgerEntry,
  layOps,
  manifestText,
  OTA_OPS,
  OTA_TRUTHS,
  type Plan,
  type Random,
} from '#kernel';
import { defineHistories, entriesOf, type History } from './histories.ts';
import type { OtaOracle } from './ota.ts';
import { testPlan } from './testing/plan.ts';

const DEVICES = 6;
const NAME = 'spring';

interface Event {
  t: number;
  op: string;
  device: number;
  campaign: string;
  attempt: number;
  sha256: string;
  counter: number;
  trial: boolean;
  status: string;
  wave: number;
}

/** It says nothing of what it has. */
const SAID = { version: '', uses: '', fell: false };

function imageOf(version: string, counter: number, keyId = 'k1'): FirmwareImage {
  const said = {
    version,
    hardware: 'tw-1',
    size: 9,
    counter,
    sha256: version[0]?.repeat(64) ?? '',
  };
  const text = manifestText({ ...said, alg: 'ed25519', keyId });
  return { ...said, defect: 'none', text, signature: '' };
}
const K2 = { id: 'k2', alg: 'ed25519', public: '' };
const [OLD, NEXT] = [imageOf('1.0.0', 1), imageOf('3.1.0', 2, 'k2')];
const NEW = { ...imageOf('2.1.0', 2), brings: [K2] };
const LATE = { ...imageOf('4.1.0', 2), withdraws: ['k2'] };
/** Of which two are of no campaign. */
const IMAGES = [OLD, NEW, imageOf('6.6.6', 2), imageOf('0.1.0', 0), NEXT, LATE];

function planOf(random: Random): Plan {
  const campaign: CampaignPlan = {
    ...{ name: NAME, of: '', at: 0, timeoutMs: 1, tries: 2, spoil: 'none', image: NEW },
    waves: [200_000, 500_000, 1_000_000],
    gate: { success: [500_000, 600_000, 1_000_000][random.below(3)] ?? 0, withinMs: 1 },
  };
  const firmware: FirmwarePlan = { factory: OLD, keys: [{ ...K2, id: 'k1' }], campaign };
  const plan = testPlan({ devices: DEVICES, readings: 2 });
  const later = [NEXT, LATE].map((image) => ({
    ...firmware,
    campaign: { ...campaign, name: image.version, of: 'nobody', image },
  }));
  const workflows = [firmware, ...later].map((resolved) => ({
    ...{ workflow: 'ota', session: 'ota', resolved },
  }));
  return { ...plan, workflows, ops: layOps([OTA_OPS, OTA_TRUTHS]) } as Plan;
}

export default defineHistories<'ota'>({
  oracle: 'ota',
  about: 'what devices boot that they should not, and how their updates end',
  history(random) {
    const entries: object[] = [];
    for (let device = 0; device < DEVICES; device++) {
      for (let t = 0; t < 40; t++) {
        const image = IMAGES[[0, 1, 1, 1, 2, 3, 4, 4, 5][random.below(9)] ?? 0] as FirmwareImage;
        const { version, sha256, counter } = image;
        const told = { t: 1000 * t + device, device };
        const about = { campaign: NAME, attempt: 1 + random.below(2) };
        const trial = random.below(2) === 0;
        const status = ['confirmed', 'failed', 'rolled-back', 'timed-out'][random.below(4)] ?? '';
        switch (random.below(9)) {
          case 0:
          case 1:
            entries.push({ ...told, op: 'ota/booted', version, sha256, counter, trial, why: '' });
            break;
          case 2:
            entries.push({ ...told, op: 'ota/kept', version, sha256, counter });
            break;
          case 3:
            entries.push({ ...told, op: 'ota/began', ...about, version });
            break;
          case 4:
            entries.push({ ...told, op: 'ota/ended', ...about, status, why: '' });
            break;
          case 5:
            if (random.below(3) > 0) break;
            entries.push({ ...told, op: 'ota/settled', ...about, status, at: t });
            break;
          case 6:
            entries.push({ ...told, op: 'boot', epoch: t, cause: 'reset' });
            break;
          case 7:
            entries.push({ ...told, op: 'ota/said', ...about, status, ...SAID, n: t });
        }
      }
    }
    entries.sort((a, b) => (a as Event).t - (b as Event).t);
    return { plan: planOf(random), entries: entries as unknown as LedgerEntry[] };
  },
  differences(oracle, history) {
    return history.plan.devices.flatMap(({ id }, device) => {
      const [is, should] = [told(oracle, device), naive(history, device)];
      return is === should ? [] : [`of ${id} it tells ${is}, and should tell ${should}`];
    });
  },
});

const told = (oracle: OtaOracle, device: number): string =>
  JSON.stringify({
    unsigned: oracle.unsigned(device).map(({ t }) => t),
    untrusted: oracle.untrusted(device).map(({ t }) => t),
    older: oracle.older(device).map(({ t }) => t),
    overstayed: oracle.overstayed(device).wrong.map(({ t }) => t),
    untrue: oracle.untrue(device).wrong.map(({ t }) => t),
    twice: oracle.ends(device).flatMap(({ attempt, flaw }) => (flaw === null ? [] : [attempt])),
  });

function naive(history: History, device: number): string {
  const all = (entriesOf(history) as unknown as Event[]).filter((one) => one.device === device);
  const of = (op: string): Event[] => all.filter((one) => one.op === op);
  const [boots, kept, settled] = [of('ota/booted'), of('ota/kept'), of('ota/settled')];
  const keptAt = kept.find(({ sha256 }) => sha256 === NEW.sha256)?.t ?? Number.POSITIVE_INFINITY;
  const untrue = settled.filter(({ status, attempt }) => {
    if (status === 'timed-out') return false;
    if (status === 'confirmed') return keptAt === Number.POSITIVE_INFINITY;
    const begins = of('ota/began').filter((one) => one.attempt === attempt);
    const began = begins.at(-1)?.t;
    if (began === undefined || keptAt < began || keptAt === Number.POSITIVE_INFINITY) return false;
    const ended = of('ota/ended').find((one) => one.attempt === attempt && one.t >= began);
    const next = of('ota/began').find((one) => one.t > began);
    return keptAt <= (ended?.t ?? next?.t ?? Number.POSITIVE_INFINITY);
  });
  const began = of('ota/began');
  const again = began.filter((one) => {
    const before = began.filter(({ t, attempt }) => t < one.t && attempt === one.attempt).at(-1);
    return before !== undefined && !of('boot').some(({ t }) => t > before.t && t <= one.t);
  });
  const said = of('ota/said');
  const invented = settled.filter(
    ({ status, attempt }) =>
      status !== 'timed-out' &&
      !said.some((one) => one.attempt === attempt && one.status === status),
  );
  const hidden = said.flatMap((word) => {
    const last = of('ota/ended').findLast(({ t }) => t < word.t);
    if (last === undefined) return [];
    return last.attempt === word.attempt && last.status === word.status ? [] : [last];
  });
  const wrong = [...again, ...invented, ...hidden];
  return JSON.stringify({
    unsigned: boots
      .filter(({ sha256 }) => [OLD, NEW, NEXT, LATE].every((image) => image.sha256 !== sha256))
      .map(({ t }) => t),
    untrusted: boots.filter((boot) => isUntrusted(boot, kept)).map(({ t }) => t),
    older: boots
      .filter(({ t, counter }) => kept.some((one) => one.t < t && one.counter > counter))
      .map(({ t }) => t),
    overstayed: boots.flatMap((boot, at) => {
      const before = boots[at - 1];
      if (before === undefined || !before.trial || before.sha256 !== boot.sha256) return [];
      const isKept = kept.some(
        ({ t, sha256 }) => sha256 === boot.sha256 && t >= before.t && t <= boot.t,
      );
      return isKept ? [] : [boot.t];
    }),
    untrue: untrue.map((one) => (one as unknown as { at: number }).at * 1000),
    twice: [...new Set([...settled, ...again, ...hidden].map(({ attempt }) => attempt))].filter(
      (attempt) =>
        settled.filter((one) => one.attempt === attempt).length > 1 ||
        wrong.some((one) => one.attempt === attempt),
    ),
  });
}

/** Only NEXT is signed with the key that NEW brings and LATE withdraws. */
function isUntrusted(boot: Event, kept: readonly Event[]): boolean {
  if (boot.sha256 !== NEXT.sha256) return false;
  const isTrustedBy = (t: number): boolean =>
    kept.some((one) => one.sha256 === NEW.sha256 && one.t < t) &&
    !kept.some((one) => one.sha256 === LATE.sha256 && one.t < t);
  const first = kept.find(({ sha256, t }) => sha256 === NEXT.sha256 && t < boot.t);
  return !isTrustedBy(boot.t) && (first === undefined || !isTrustedBy(first.t));
}
