/**
 * What devices truly run, by their flash, and what should be said of it: only what was signed for
 * them, nothing older than what they kept, on trial for one boot alone; and each offer ends once,
 * by what the device said or because it was silent.
 */
import { firmwareOf, holdersOf, type LedgerEntry, type Plan } from '#kernel';
import type { ActBook } from './acts/decisions.ts';
import { defineOracle, type OracleContext, type OracleFold } from './oracle.ts';
import { OtaDeltas } from './ota/deltas.ts';
import { type Fallen, type FallsSeen, fallenIn, fallsOf, noteBoot } from './ota/falls.ts';
import { leftToRun } from './ota/left-to-run.ts';
import { boardOf, nameOf, rangeOf, signedOf } from './ota/signed.ts';
import { silenceFlaw, TIMED_OUT } from './ota/silence.ts';
import { metBy } from './ota/spoils.ts';
import {
  newStory,
  type OtaAttempt,
  type OtaBoot,
  type OtaSettled,
  type OtaStory,
} from './ota/story.ts';
import { type Fields, noteLine, noteOta } from './ota/telling.ts';
import { endlessIn, expiredIn } from './ota/trials.ts';
import { OtaTrust } from './ota/trust.ts';
import { IDLE_OPS } from './ota/untaken.ts';
import { Defects, type Unwell } from './ota/unwell.ts';
import { keptAtAll, keptUses, olderUses, ran } from './ota/uses.ts';
import { OtaWaves } from './ota/waves.ts';
import type { Span } from './timeline.ts';

declare module './oracle.ts' {
  interface Oracles {
    ota: OtaOracle;
    'ota/fleet': OtaWaves;
  }
}

export default defineOracle({
  kind: 'ota',
  summary: 'what devices truly run, and what should be said of their updates',
  scope: 'lane',
  ops: [
    'boot',
    'off',
    'online',
    'offline',
    'acked',
    'ota/booted',
    'ota/kept',
    'ota/uses',
    'ota/bricked',
    'ota/began',
    'ota/ended',
    'ota/fetched',
    'ota/whole',
    'ota/harmed',
    'state',
    'ota/said',
    'ota/heard',
    'ota/read',
    'ota/offered',
    'ota/settled',
    'ota/unwell',
    'ota/looked',
  ],
  fleet: {
    ops: [
      ...IDLE_OPS,
      'state',
      'ota/asked',
      'ota/answered',
      'ota/told',
      'ota/took',
      'ota/shown',
      'ota/began',
      'ota/kept',
      'ota/uses',
      'ota/read',
      'ota/offered',
      'ota/settled',
      'ota/unwell',
      'ota/gate',
      'ota/job-asked',
      'moved',
      'moves-read',
    ],
    start: ({ plan, timeline, of }) => {
      const isHeld = firmwareOf(plan).some(({ campaign: { name } }) => holdersOf(plan, name)[0]);
      return new OtaWaves(plan, timeline, isHeld ? of<ActBook>('acts/fleet') : null);
    },
  },
  start: (context) => new OtaOracle(context),
});

/** What is wrong with one boot, or with what was made of one attempt. */
export interface OtaFlaw {
  t: number;
  what: string;
}

/** Of one attempt, how often the target says that it ended, and how it should. */
export interface AttemptEnd {
  campaign: string;
  attempt: number;
  settled: readonly OtaSettled[];
  /** What the device said of it and was acknowledged for; null for nothing. */
  said: string | null;
  /** What is wrong with that; null for nothing. */
  flaw: string | null;
}

/** So much of an image is loaded at most, but for what interruptions cost. */
const MORE = 1.05;
const PAGE_BYTES = 256;

export class OtaOracle implements OracleFold {
  readonly #stories = new Map<number, OtaStory>();
  /** Versions and digests of what was signed for these devices, together. */
  readonly #signed: ReadonlySet<string>;
  readonly #trust: OtaTrust;
  readonly deltas: OtaDeltas;
  /** By digest, the board that an image is for. */
  readonly #boards: ReadonlyMap<string, string>;
  readonly #defects: Defects;
  /** Digest of the image by campaign. */
  readonly #images: ReadonlyMap<string, string>;
  /** Campaigns of which a server hands out all whatever is asked for. */
  readonly #whole: ReadonlySet<string>;
  readonly #plan: Plan;
  readonly #status: number | undefined;
  readonly #readsAt: number;
  /** When we stood still ourselves. */
  readonly #stalls: readonly Span[];

  constructor({ plan, timeline, lane }: OracleContext) {
    this.#plan = plan;
    this.#signed = signedOf(plan);
    this.#trust = new OtaTrust(firmwareOf(plan));
    this.deltas = new OtaDeltas(firmwareOf(plan));
    this.#images = new Map(
      firmwareOf(plan).map(({ campaign }) => [campaign.name, campaign.image.sha256]),
    );
    const images = firmwareOf(plan).map(({ campaign }) => campaign.image);
    this.#boards = new Map(images.map(({ sha256, hardware }) => [sha256, hardware]));
    this.#defects = new Defects(firmwareOf(plan));
    const whole = firmwareOf(plan).filter(({ campaign }) => campaign.spoil === 'whole');
    this.#whole = new Set(whole.map(({ campaign }) => campaign.name));
    this.#status = plan.streams.find(({ name }) => name === 'ota-status')?.code;
    this.#stalls = timeline.stalls;
    this.#readsAt = timeline.readsOf(lane ?? -1).beganAt;
  }

  step(entry: LedgerEntry): void {
    const { device, t } = entry;
    const op = entry.op as string;
    const fields = entry as unknown as Fields;
    if (op === 'acked') {
      if (entry.op === 'acked' && entry.stream === this.#status) this.#isHeard(device, t, entry.n);
      return;
    }
    if (op === 'ota/heard') return this.#isHeard(device, t, Number(fields.n));
    const story = this.of(device);
    if (op === 'boot') noteBoot(story, t, String(fields.cause));
    else if (op === 'online' || op === 'offline' || op === 'off') noteLine(story, t, op);
    else if (op === 'state') {
      if (fields.state === 'ota.installing') story.installs.push(t);
    } else if (op === 'ota/harmed') story.harmed.push({ t, sha256: String(fields.sha256) });
    else noteOta(story, op, t, fields);
  }

  /** What is said while it is read back may come too late. */
  #isHeard(device: number, t: number, n: number): void {
    const said = this.of(device).said.get(n);
    if (said === undefined || t >= this.#readsAt) return;
    said.isAcked = true;
    said.ackedAt = Math.min(said.ackedAt, t);
  }

  of(device: number): OtaStory {
    let story = this.#stories.get(device);
    if (story === undefined) {
      story = newStory();
      this.#stories.set(device, story);
    }
    return story;
  }

  /** Whatever it ran or used, in turn. */
  ran(device: number): OtaBoot[] {
    return ran(this.of(device));
  }

  /** Boots of what nobody signed for it, or not as it was signed. */
  unsigned(device: number): OtaBoot[] {
    const board = boardOf(this.#plan, device);
    const isFor = ({ sha256 }: OtaBoot): boolean => (this.#boards.get(sha256) ?? board) === board;
    return this.ran(device).filter((boot) => !this.#signed.has(nameOf(boot)) || !isFor(boot));
  }

  /** Boots of what was signed with a key that the device does not trust, or not any more. */
  untrusted(device: number): OtaBoot[] {
    const unsigned = this.unsigned(device);
    const story = this.of(device);
    const untrusted = this.#trust.untrusted({ boots: ran(story), kept: keptAtAll(story) });
    return untrusted.filter((boot) => !unsigned.includes(boot));
  }

  /** Boots of what was signed for a time that was over when it took it. */
  expired(device: number): OtaBoot[] {
    const story = this.of(device);
    if (story.attempts.length === 0) return [];
    return expiredIn(story, firmwareOf(this.#plan));
  }

  /** A boot on trial that goes on for longer than trials may last. */
  endless(device: number): OtaBoot[] {
    const around = { plan: this.#plan, device, stalls: this.#stalls };
    return endlessIn(this.of(device), around);
  }

  /** Boots of what is older than what it had kept before. */
  older(device: number): OtaBoot[] {
    const { boots, kept } = this.of(device);
    return [
      ...boots.filter((boot) => kept.some((one) => one.t < boot.t && one.counter > boot.counter)),
      ...olderUses(this.of(device)),
    ];
  }

  /** It can run nothing, and a fault left it nothing that it could. */
  isTaken(device: number): boolean {
    const { bricked, harmed } = this.of(device);
    // A fault that spoils no image leaves whatever there was.
    const isHarmed = harmed.some(({ t, sha256 }) => sha256 !== '' && t <= (bricked?.t ?? -1));
    if (bricked === null || !isHarmed) return false;
    return leftToRun(this.of(device), bricked.t).length === 0;
  }

  /** Boots that follow one on trial without its having been kept, and run the same again. */
  overstayed(device: number): { count: number; wrong: OtaBoot[] } {
    const { boots, kept } = this.of(device);
    const wrong: OtaBoot[] = [];
    let count = 0;
    for (const [at, boot] of boots.entries()) {
      const next = boots[at + 1];
      if (!boot.isTrial || next === undefined) continue;
      count++;
      const isKept = kept.some(
        ({ t, sha256 }) => sha256 === boot.sha256 && t >= boot.t && t <= next.t,
      );
      if (!isKept && next.sha256 === boot.sha256) wrong.push(next);
    }
    return { count, wrong };
  }

  /** What it kept though it cannot have been well with it: nobody saw its defect before. */
  unwell(device: number): Unwell {
    return this.#defects.keptIn(this.of(device));
  }

  /** What was said and made of it that it fell by what it had kept. */
  falls(device: number): FallsSeen {
    return fallsOf(this.of(device), firmwareOf(this.#plan));
  }

  /** What it fell by after it had kept it. */
  fallen(device: number): Fallen[] {
    return fallenIn(this.of(device), firmwareOf(this.#plan));
  }

  /** Campaigns of which it met what somebody spoilt. */
  met(device: number): string[] {
    return metBy(this.of(device), { plan: this.#plan, device });
  }

  /** What the target says of an attempt and the flash does not. */
  untrue(device: number): { count: number; wrong: OtaFlaw[] } {
    const { settled, attempts } = this.of(device);
    const kept = keptAtAll(this.of(device));
    const wrong: OtaFlaw[] = [];
    for (const { campaign, attempt, status, at } of settled) {
      const sha256 = this.#images.get(campaign);
      const when = kept.find((one) => one.sha256 === sha256)?.t ?? null;
      const own = attempts.findLast((one) => one.campaign === campaign && one.attempt === attempt);
      // What it kept in the instant in which it began is of an attempt before.
      const isKeptInIt = own !== undefined && when !== null && when > own.beganAt;
      const t = at * 1000;
      if (status === 'confirmed' && when === null) {
        wrong.push({ t, what: `is said to have ${campaign}, and does not keep it` });
      } else if (status !== 'confirmed' && status !== TIMED_OUT && isKeptInIt) {
        // What came of it is told before the next one begins, if power did not go in between.
        const next = attempts.find((one) => one.campaign === campaign && one.beganAt > own.beganAt);
        const endedAt = own.endedAt ?? next?.beganAt ?? Number.POSITIVE_INFINITY;
        if (when <= endedAt) wrong.push({ t, what: `is said to have ${status}, and keeps it` });
      }
    }
    return { count: settled.length, wrong };
  }

  /** Attempts that loaded far more than there is, by what interruptions may cost. */
  wasteful(device: number): { loads: number; wrong: OtaAttempt[] } {
    const loads = this.of(device).attempts.filter(({ size }) => size > 0);
    // Of what it had asked for, and of the last page of which it cannot be sure.
    const again = rangeOf(this.#plan, device) + PAGE_BYTES;
    const wrong = loads.filter(({ campaign, bytes, size, stretches }) => {
      // Who is given all of it whatever it asks for cannot help that.
      const each = this.#whole.has(campaign) ? size : again;
      return bytes > MORE * size + each * (stretches - 1);
    });
    return { loads: loads.length, wrong };
  }

  /**
   * Each attempt that ended by the word of the target, or should have. Who knows the clocks of
   * targets can tell when that was.
   */
  ends(device: number, waves: OtaWaves | null = null): AttemptEnd[] {
    const { said, settled } = this.of(device);
    const ends = new Map<string, Ending>();
    const endOf = (campaign: string, attempt: number): Ending => {
      const key = `${campaign} ${attempt}`;
      const end = ends.get(key) ?? { campaign, attempt, settled: [], said: null };
      ends.set(key, end);
      return end;
    };
    for (const { campaign, attempt, status, isAcked } of said.values()) {
      if (isAcked && status !== '') Object.assign(endOf(campaign, attempt), { said: status });
    }
    for (const one of settled) endOf(one.campaign, one.attempt).settled.push(one);
    for (const { campaign, attempt } of this.#begunTwice(device))
      endOf(campaign, attempt).begins = 2;
    for (const { campaign, attempt, flaw } of this.#silences(device, waves)) {
      endOf(campaign, attempt).waits = flaw;
    }
    return [...ends.values()].map((end) => ({ ...end, flaw: endFlaw(end) }));
  }

  /** Offers for which the target did not wait as it should have. */
  #silences(device: number, waves: OtaWaves | null) {
    const story = this.of(device);
    return story.offers.flatMap((offer) => {
      const campaign = waves?.campaign(offer.campaign) ?? null;
      if (campaign === null || waves === null) return [];
      const settled = story.settled.find(
        (one) => one.campaign === offer.campaign && one.attempt === offer.attempt,
      );
      const about = { plan: this.#plan, device, campaign, offer, settled, story };
      const flaw = silenceFlaw(about, waves.stood);
      return flaw === null ? [] : [{ ...offer, flaw }];
    });
  }

  /** Attempts that it began again, though it had not lost its power just when it did. */
  #begunTwice(device: number): OtaAttempt[] {
    const { attempts, starts } = this.of(device);
    return attempts.filter((one, at) => {
      const before = attempts
        .slice(0, at)
        .findLast(({ campaign, attempt }) => campaign === one.campaign && attempt === one.attempt);
      return before !== undefined && !starts.some((t) => t > before.beganAt && t <= one.beganAt);
    });
  }

  /**
   * The versions that the target may believe: what the device ran when it last said so and was
   * acknowledged, or later. Null where nothing was.
   */
  believable(device: number): { version: string; uses: string }[] | null {
    const { said, boots } = this.of(device);
    const words = [...said].filter(([, { version }]) => version !== '');
    const acked = words.filter(([, { isAcked }]) => isAcked).map(([n]) => n);
    if (acked.length === 0) return null;
    const from = Math.max(...acked);
    const later = words.filter(([n]) => n >= from).map(([, { t }]) => t);
    return later.map((t) => {
      const version = boots.findLast((boot) => boot.t <= t)?.version ?? '';
      return { version, uses: keptUses(this.of(device), t) };
    });
  }
}

type Ending = Omit<AttemptEnd, 'flaw' | 'settled'> & {
  settled: OtaSettled[];
  begins?: number;
  waits?: string;
};

/** Whether a target gives a device up in time is another question than what it then calls that. */
function endFlaw({ settled, said, begins, waits }: Ending): string | null {
  if (begins !== undefined) return 'began again in one life';
  if (waits !== undefined) return waits;
  if (settled.length > 1) return `ended ${settled.length} times`;
  const [only] = settled;
  if (only === undefined) return said === null ? null : `ended as ${said}, which nobody kept`;
  const isSaid = said === null || only.status === TIMED_OUT || only.status === said;
  return isSaid ? null : `ended as ${said}, and is kept as ${only.status}`;
}
