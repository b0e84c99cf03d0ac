/**
 * A campaign lived through: the service of the platform is real and its tables are, devices take
 * what they are offered and end it in one way or another, the operator does what was drawn, and the
 * platform dies now and then, also in the midst of a commit. What happened is told as a ledger
 * would, and besides what reached the platform when.
 */
import type { LedgerEntry, Mutant, Random } from '#kernel';
import { Question, Refusal } from '../../twins/platform/api/question.ts';
import type { Publication, Service, ServicePorts } from '../../twins/platform/service.ts';
import { wavesOf } from '../../twins/platform/services/ota/campaign.ts';
import service from '../../twins/platform/services/ota.ts';
import { openStore, type Store } from '../../twins/platform/store/store.ts';
import { CAMPAIGN } from '../../twins/platform/testing/lives/ota.ts';
import { BEGUN_AT, type DrawnCampaign, NAME } from './drawn-campaign.ts';
import type { CourseInput, CourseRules } from './naive-course.ts';

const END_MS = 120_000;
const NOTHING = new URLSearchParams();
const AWAY = { status: 0, body: null } as const;
type Fields = Readonly<Record<string, unknown>>;

interface Listed {
  offered: { attempt: number; at: number }[];
  settled: { attempt: number; status: string; at: number }[];
  unwell: { at: number }[];
}
interface Page {
  state: string;
  gates: Record<string, number>[];
}

export class CampaignLife {
  readonly entries: LedgerEntry[] = [];
  /** What reached the platform, in this order. */
  readonly inputs: CourseInput[] = [];
  /** When the platform was away, in microseconds. */
  readonly downs: { from: number; to: number }[] = [];
  readonly ids: string[];
  readonly #drawn: DrawnCampaign;
  readonly #random: Random;
  readonly #seams: object | null;
  readonly #store: Store = openStore(':memory:');
  #service: Service | null = null;
  #life = 0;
  #now = 0;
  #askedAt: number | null = null;
  /** So long after it was first asked for it was begun. */
  #lateMs = 0;
  #turn = 0;
  #queue: { at: number; turn: number; act: () => void }[] = [];
  #published: Publication[] = [];
  #writes: (() => void)[] = [];
  readonly #devices = new Map<string, Device>();
  /** The last status of each that was news. */
  readonly #heard = new Map<string, number>();

  constructor(drawn: DrawnCampaign, ids: string[], random: Random, mutant: Mutant | null) {
    this.#drawn = drawn;
    this.#random = random;
    this.ids = ids;
    this.#seams =
      mutant?.plant(
        () => {},
        () => this.#now,
      ) ?? null;
    this.#store.create(service.schema);
    for (const [device, id] of ids.entries()) {
      this.#devices.set(id, { taken: 0, left: 0, last: null, n: 0 });
      this.#note('online', device, {});
    }
  }

  run(): void {
    const { moves, kills } = this.#drawn;
    this.#start();
    this.#at(BEGUN_AT, () => this.#begin());
    this.#tellNext([...moves]);
    for (const { at, forMs } of kills) this.#at(at, () => this.#die(forMs));
    for (;;) {
      this.#queue.sort((a, b) => a.at - b.at || a.turn - b.turn);
      const next = this.#queue.shift();
      if (next === undefined || next.at > END_MS) break;
      this.#now = Math.max(this.#now, next.at);
      next.act();
      while (this.#writes.length > 0) {
        const write = this.#writes.shift();
        if (write !== undefined) this.#commit(write);
      }
    }
    this.#now = END_MS;
    if (this.#service === null) this.#start();
  }

  /** What the target makes of it, which is told to the ledger as well. */
  seen() {
    const isBegun = this.inputs.some(({ what }) => what === 'begin');
    // By the time it was answered its window may have been over.
    const page = isBegun ? this.#ask(['ota', NAME]) : { state: 'none', gates: [] };
    const { state, gates } = page as Page;
    const decided = gates.map(({ wave, passed, confirmed, failed, unwell, total, at }) => {
      const figures = { wave, passed: passed === 1, confirmed, failed, unwell, of: total, at };
      this.#note('ota/gate', -1, figures);
      const word = passed === 1 ? 'passed' : 'halted';
      return [wave, word, confirmed, failed, unwell, total, at].join(' ');
    });
    const { ota } = this.#ask(['ota']) as { ota: (Listed & { device: string })[] };
    const [offers, ends]: [string[], string[]] = [[], []];
    for (const { device: id, offered, settled, unwell } of ota) {
      const device = this.ids.indexOf(id);
      this.#note('ota/read', device, { version: '', uses: '', believed: 0 });
      for (const { attempt, at } of offered) {
        this.#note('ota/offered', device, { attempt, at });
        offers.push(`${id} ${attempt} ${at}`);
      }
      for (const { attempt, status, at } of settled) {
        this.#note('ota/settled', device, { attempt, status, at });
        ends.push(`${id} ${attempt} ${status} ${at}`);
      }
      for (const { at } of unwell) this.#note('ota/unwell', device, { at });
    }
    this.#store.close();
    return { state, gates: decided, offers, ends };
  }

  rules(): CourseRules {
    const { plan } = this.#drawn;
    // By its own clock, as it takes the operator's for the one at which it was asked.
    const aheadMs = this.#drawn.aheadMs + this.#lateMs;
    const { waves, gate, timeoutMs, tries, rate, window } = plan;
    const members = wavesOf({ name: NAME, of: '', waves } as never, this.ids);
    return {
      waves: waves.map((_, wave) => members.filter((one) => one[1] === wave).map(([id]) => id)),
      ...{ success: gate.success, withinMs: gate.withinMs, soakMs: gate.soakMs ?? 0 },
      ...{ errors: gate.errors ?? null, unwell: gate.unwell ?? null },
      ...{ timeoutMs, tries, rate: rate ?? null },
      window: window ? { from: window.from + aheadMs, to: window.to + aheadMs } : null,
    };
  }

  // --- the platform -----------------------------------------------------------------------------

  #start(): void {
    const life = ++this.#life;
    const registry = {
      all: () => [...this.ids],
      page: () => ({ limit: 99, items: this.ids.map((id) => ({ id })), next: null }),
    };
    this.#service = service.start({
      sql: this.#store,
      commits: { add: (write: () => void) => void this.#writes.push(write), defer: () => {} },
      clock: {
        now: () => this.#clock(),
        after: (ms: number, act: () => void) => {
          let isOff = false;
          this.#at(this.#now + ms, () => {
            if (!isOff && life === this.#life) act();
          });
          return () => {
            isOff = true;
          };
        },
      },
      registry,
      publish: (message: Publication) => this.#published.push(message),
      topicOf: (device: string) => device,
      seams: this.#seams,
    } as unknown as ServicePorts);
    this.#service.ready?.();
  }

  /** It shows more than the operator's. */
  #clock(): number {
    return this.#now + this.#drawn.aheadMs;
  }

  #die(forMs: number): void {
    if (this.#service === null) return;
    this.#service = null;
    this.downs.push({ from: this.#now * 1000, to: (this.#now + forMs) * 1000 });
    this.#life++;
    this.#writes = [];
    this.inputs.push({ at: this.#clock(), what: 'down' });
    this.#at(this.#now + forMs, () => {
      this.#start();
      this.inputs.push({ at: this.#clock(), what: 'up' });
    });
  }

  /** False where it died over that, and nothing was. */
  #commit(write: () => void): boolean {
    this.#store.begin();
    this.#published = [];
    write();
    if (this.#random.below(100) < this.#drawn.lost) {
      this.#store.rollback();
      this.#die(1 + this.#random.below(500));
      return false;
    }
    this.#store.commit();
    this.inputs.push({ at: this.#clock(), what: 'done' });
    // Who has said nothing yet is called by the road of jobs as well, on which nobody listens here.
    for (const { topic, payload } of this.#published) {
      if (this.#devices.has(topic)) this.#goesDown(topic, payload);
    }
    return true;
  }

  // --- the operator -----------------------------------------------------------------------------

  #begin(): void {
    const { waves, gate, timeoutMs, tries, rate, window } = this.#drawn.plan;
    const spec = { ...CAMPAIGN, waves, ...gate, timeoutMs, tries, rate, window };
    this.#note('ota/asked', -1, {});
    // What is asked again is the same, with the time at which it was asked first.
    this.#askedAt ??= this.#now;
    const { status, body } = this.#act(['ota', NAME], { ...spec, now: this.#askedAt });
    this.#note('ota/answered', -1, { status, at: Number((body as Fields | null)?.at ?? 0) });
    if (status === 200) {
      this.#lateMs = this.#now - this.#askedAt;
      this.inputs.push({ at: this.#clock(), what: 'begin' });
    }
    if (status === 0) this.#at(this.#now + 700, () => this.#begin());
  }

  /** Nobody does the next before this one is answered. */
  #tellNext(moves: DrawnCampaign['moves']): void {
    const next = moves.shift();
    if (next === undefined) return;
    const { move } = next;
    const tell = (): void => {
      this.#note('ota/told', -1, { move });
      const { status, body } = this.#act(['ota', NAME, move], {});
      this.#note('ota/took', -1, { move, status, at: Number((body as Fields | null)?.at ?? 0) });
      // Whether it may be refused, the rules say.
      if (status !== 0) this.inputs.push({ at: this.#clock(), what: 'move', move });
      if (status === 0) this.#at(this.#now + 300, tell);
      else this.#tellNext(moves);
    };
    this.#at(Math.max(this.#now, next.at), tell);
  }

  #act(path: string[], body: object): { status: number; body: unknown } {
    let answer: { status: number; body: unknown } = AWAY;
    const act = this.#service?.acts?.[path.length === 2 ? 'ota/*' : 'ota/*/*'];
    if (act === undefined) return AWAY;
    const isDone = this.#commit(() => {
      try {
        answer = { status: 200, body: act(new Question(path, NOTHING), body) };
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        answer = { status: error.status, body: null };
      }
    });
    return isDone ? answer : AWAY;
  }

  #ask(path: string[]): unknown {
    const route = this.#service?.routes[path.length === 1 ? 'ota' : 'ota/*'];
    return route?.(new Question(path, NOTHING));
  }

  // --- devices ----------------------------------------------------------------------------------

  #goesDown(id: string, payload: Uint8Array): void {
    const { v } = JSON.parse(Buffer.from(payload).toString()) as { v: Offer };
    this.#at(this.#now + 1 + this.#random.below(200), () => {
      if (v.cancel === true) this.#leavesOff(id, v.attempt);
      else this.#hears(id, v.attempt);
    });
  }

  #leavesOff(id: string, attempt: number): void {
    const device = this.#devices.get(id);
    if (device === undefined || attempt < device.taken) return;
    device.taken = attempt;
    // How that has ended it says again.
    if (device.last?.attempt === attempt) return this.#says(id, 0, device.last);
    this.#ends(id, attempt, 'failed', 'cancelled');
    device.left = attempt;
  }

  #hears(id: string, attempt: number): void {
    const device = this.#devices.get(id);
    if (device === undefined || attempt <= device.taken) return;
    device.taken = attempt;
    this.#note('ota/began', this.ids.indexOf(id), { attempt, version: '' });
    const random = this.#random;
    const { timeoutMs } = this.#drawn.plan;
    const behaviour = random.below(10);
    const ends = (ms: number, status: string): void =>
      this.#at(this.#now + ms, () => this.#ends(id, attempt, status));
    const soon = 1 + random.below(Math.min(4000, timeoutMs - 1));
    if (behaviour < 4) ends(soon, 'confirmed');
    else if (behaviour < 6) ends(soon, behaviour === 4 ? 'failed' : 'rolled-back');
    else if (behaviour === 6) {
      ends(soon, 'confirmed');
      ends(soon + random.below(3000), 'confirmed');
    } else if (behaviour === 7) {
      for (let news = 1; news < 5; news++) {
        this.#at(this.#now + news * (timeoutMs - random.below(300)), () => {
          // It does one at a time.
          if (device.taken === attempt) this.#says(id, attempt, device.last);
        });
      }
      ends(5 * timeoutMs - random.below(900), 'confirmed');
    } else if (behaviour === 8) ends(timeoutMs + random.below(2000), 'confirmed');
  }

  #ends(id: string, attempt: number, status: string, why = ''): void {
    const device = this.#devices.get(id);
    // What it has taken since, it has begun anew.
    if (device === undefined || device.taken !== attempt || device.left === attempt) return;
    if (status === 'confirmed') {
      this.#note('ota/kept', this.ids.indexOf(id), { sha256: this.#drawn.plan.image.sha256 });
    }
    const about = { attempt, status, why };
    if (device.last?.attempt !== attempt) this.#note('ota/ended', this.ids.indexOf(id), about);
    device.last = { campaign: NAME, ...about };
    this.#says(id, 0, device.last);
    if (status !== 'confirmed' || this.#random.below(3) > 0) return;
    // It falls by it, and says so once it is back, perhaps more than once.
    for (let times = this.#random.below(3); times > 0; times--) {
      const ms = 1 + this.#random.below(9000);
      this.#at(this.#now + ms, () => {
        if (device.taken === attempt) this.#says(id, 0, device.last, true);
      });
    }
  }

  #says(id: string, about: number, last: Device['last'], fell = false): void {
    const device = this.#devices.get(id);
    if (device === undefined) return;
    const campaign = about === 0 ? '' : NAME;
    const v = { version: '2.1.0', campaign, attempt: about, last, ask: false, fell };
    const payload = Buffer.from(JSON.stringify({ n: device.n, e: 1, t: 0, v }));
    const n = device.n++;
    const { attempt = 0, status = '' } = last ?? {};
    const word = { n, version: '', uses: '', attempt, status, fell };
    this.#note('ota/said', this.ids.indexOf(id), word);
    this.#arrives({ device: id, n, payload }, { device: id, about, ended: last, fell });
  }

  /** Again and again, until it is acknowledged. */
  #arrives(row: { device: string; n: number; payload: Buffer }, said: Said): void {
    this.#at(this.#now + 1 + this.#random.below(100), () => {
      const living = this.#service;
      const isTaken =
        living !== null &&
        this.#commit(() =>
          living.take?.(row as unknown as Parameters<NonNullable<Service['take']>>[0], true),
        );
      if (!isTaken) return this.#arrives(row, said);
      this.#note('ota/heard', this.ids.indexOf(row.device), { n: row.n });
      const ended =
        said.ended === null ? null : { attempt: said.ended.attempt, status: said.ended.status };
      const { device, about, fell } = said;
      const isNews = row.n > (this.#heard.get(device) ?? -1);
      if (isNews) this.#heard.set(device, row.n);
      const word = { device, about, ended, fell: fell && isNews };
      this.inputs.push({ at: this.#clock(), what: 'word', ...word });
    });
  }

  // ----------------------------------------------------------------------------------------------

  #at(at: number, act: () => void): void {
    this.#queue.push({ at, turn: this.#turn++, act });
  }

  #note(op: string, device: number, fields: Fields): void {
    const entry = { t: this.#now * 1000, op, device, campaign: NAME, ...fields };
    this.entries.push(entry as unknown as LedgerEntry);
  }
}

interface Offer {
  attempt: number;
  cancel?: boolean;
}

interface Device {
  /** The last attempt that it began. */
  taken: number;
  /** The attempt that it left off. */
  left: number;
  last: { campaign: string; attempt: number; status: string; why: string } | null;
  n: number;
}

interface Said {
  device: string;
  about: number;
  ended: Device['last'];
  fell: boolean;
}
