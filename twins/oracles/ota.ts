/**
 * What devices truly run, by their flash, and what should be said of it: only what was signed for
 * them, nothing older than what they kept, on trial for one boot alone; and each offer ends once,
 * by what the device said or because it was silent.
 */
import { firmwareOf, holdersOf, type LedgerEntry, type Plan } from '#kernel';
import type { ActBook } from './acts/decisions.ts';
import { defineOracle, type OracleContext, type OracleFold } from './oracle.ts';
import { OtaDeltas } from './ota/deltas.ts';
import { type AttemptEnd, endsOf } from './ota/endings.ts';
import { type Fallen, type FallsSeen, fallenIn, fallsOf, noteBoot } from './ota/falls.ts';
import { leftToRun } from './ota/left-to-run.ts';
import { type Served, servedOf, soundIn } from './ota/served.ts';
import { boardOf, nameOf, rangeOf, signedOf } from './ota/signed.ts';
import { metBy } from './ota/spoils.ts';
import { newStory, type OtaAttempt, type OtaBoot, type OtaStory } from './ota/story.ts';
import { type Fields, noteLine, noteOta } from './ota/telling.ts';
import { endlessIn, expiredIn } from './ota/trials.ts';
import { OtaTrust } from './ota/trust.ts';
import { IDLE_OPS } from './ota/untaken.ts';
import { type OtaFlaw, untrueIn } from './ota/untrue.ts';
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
    'ota/job-asked',
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
      'gates-unread',
    ],
    start: ({ plan, timeline, of }) => {
      const isHeld = firmwareOf(plan).some(({ campaign: { name } }) => holdersOf(plan, name)[0]);
      return new OtaWaves(plan, timeline, isHeld ? of<ActBook>('acts/fleet') : null);
    },
  },
  start: (context) => new OtaOracle(context),
});

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
  readonly #sound: ReadonlySet<string>;
  readonly #timeline: OracleContext['timeline'];
  readonly #plan: Plan;
  readonly #status: number | undefined;
  readonly #jobAsk: number | undefined;
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
    this.#jobAsk = plan.streams.find(({ name }) => name === 'job-ask')?.code;
    this.#sound = soundIn(firmwareOf(plan));
    this.#timeline = timeline;
    this.#stalls = timeline.stalls;
    this.#readsAt = timeline.readsOf(lane ?? -1).beganAt;
  }

  step(entry: LedgerEntry): void {
    const { device, t } = entry;
    const op = entry.op as string;
    const fields = entry as unknown as Fields;
    if (op === 'acked') {
      if (entry.op === 'acked') this.#isAcked(device, t, entry);
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

  #isAcked(device: number, t: number, { stream, n }: { stream: number; n: number }): void {
    if (stream === this.#status) return this.#isHeard(device, t, n);
    const ask = stream === this.#jobAsk ? this.of(device).asks.get(n) : undefined;
    if (ask !== undefined) ask.ackedAt = Math.min(ask.ackedAt, t);
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

  /** What it loaded as a whole of releases that nobody spoilt. */
  served(device: number): Served[] {
    const world = { plan: this.#plan, timeline: this.#timeline, sound: this.#sound };
    return servedOf(this.of(device).attempts, device, world);
  }

  /** Campaigns of which it met what somebody spoilt. */
  met(device: number): string[] {
    return metBy(this.of(device), { plan: this.#plan, device });
  }

  /** What the target says of an attempt and the flash does not, or not yet. */
  untrue(device: number, waves: OtaWaves | null = null): { count: number; wrong: OtaFlaw[] } {
    return untrueIn(this.of(device), { images: this.#images, waves });
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
    return endsOf(this.of(device), { plan: this.#plan, device, waves });
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
