/**
 * Writers at work, in one shard for the devices of its lanes: each change is asked for when its
 * time has come, and what the target makes of it is written down.
 */
import type { Setting } from '#devices';
import { streamKey, unitAt } from '#kernel';
import { SILENT } from '../../watch/target-ports.ts';
import { isOwn, laneQuery } from '../own-rows.ts';
import type { Workflow, WorkflowPorts } from '../workflow.ts';
import { type Asking, overHttp, overMqtt } from './asking.ts';
import { inTurn } from './in-turn.ts';
import { onStep } from './on-step.ts';
import type { Turn } from './turns.ts';

export interface Resolved {
  firstAt: number;
  /** 0 where nothing comes by schedule. */
  everyMs: number;
  writers: number;
  devices: { device: number; offsetMs: number }[];
  /** By entry. */
  settings: Setting[][];
  /** Waves and storms. */
  turns?: Turn[];
  over: 'http' | 'mqtt';
}

/** A twin as the target lists it. */
interface TwinDocument {
  device: string;
  version: number;
  known: number;
  desired: unknown;
  reported: unknown;
}

export const WRITERS_MAX = 2;

/** So many questions are under way at one time. */
const UNDER_WAY_MAX = 64;
/** One of so many changes takes a wish back. */
const TAKEN_BACK_ONE_IN = 6;
const NO_VERSION = -1;
const NO_CHANGE = -1;
const CONFLICT = 409;
const OK = 200;
/** From here on it is refused, and from there the target cannot say. */
const [REFUSES, FAILS] = [400, 500];

/** What is drawn for a change hangs on what it is a turn of, and on the number in that. */
interface Round {
  of: 'every' | Turn['of'];
  number: number;
}

export class TwinWriters implements Workflow {
  readonly #ports: WorkflowPorts;
  readonly #settings: Resolved['settings'];
  readonly #asking: Asking;
  readonly #queue = inTurn(UNDER_WAY_MAX);
  /** Device → how many changes it has been asked for. */
  readonly #changes = new Map<number, number>();
  /** Devices with a change of which nobody knows whether it was made. */
  readonly #unknown = new Set<number>();
  /** What a writer did last with a device, by both. */
  readonly #last = new Map<number, Promise<void>>();
  /** Writers of a device whose change has not had its turn. */
  readonly #waiting = new Set<number>();
  #isOver = false;

  constructor(ports: WorkflowPorts, resolved: Resolved) {
    const { firstAt, everyMs, writers, devices, settings, turns = [] } = resolved;
    this.#ports = ports;
    this.#settings = settings;
    // Who has no pages can only be asked by message.
    const isByMessage = resolved.over === 'mqtt' || ports.target.port('twin') === null;
    this.#asking = isByMessage ? overMqtt(ports) : overHttp(ports);
    for (const { device, offsetMs } of devices) {
      if (!this.#isMine(device)) continue;
      let round = 0;
      const due = (): number => firstAt + offsetMs + round * everyMs;
      ports.wheel.add(due(), {
        fire: () => {
          if (this.#isOver || due() >= ports.endMs) return Number.POSITIVE_INFINITY;
          this.#beginAll(device, writers, { of: 'every', number: round });
          round++;
          return due() < ports.endMs ? due() : Number.POSITIVE_INFINITY;
        },
      });
    }
    for (const turn of turns) {
      ports.wheel.add(turn.at, {
        fire: () => {
          if (this.#isOver || turn.at >= ports.endMs) return Number.POSITIVE_INFINITY;
          for (const device of turn.devices) {
            if (this.#isMine(device)) this.#beginAll(device, writers, turn);
          }
          return Number.POSITIVE_INFINITY;
        },
      });
    }
  }

  stop(): void {
    this.#isOver = true;
  }

  /** A change that was not begun is nobody's message, and owed to nobody. */
  account(): void {}

  async end(): Promise<void> {
    this.#isOver = true;
    await this.#queue.idle();
    await this.#asking.end();
  }

  async readBack(): Promise<void> {
    await this.#queue.idle();
    const { plan, roster } = this.#ports;
    const mine = new Set(plan.devices.flatMap((_, device) => (this.#isMine(device) ? device : [])));
    if (this.#ports.target.port('twin') === null) return this.#readEach([...mine]);
    const query = laneQuery(this.#ports);
    const whole = await this.#ports.readList<TwinDocument>('twin', query, (rows) => {
      for (const { device: id, version, known, desired, reported } of rows) {
        const device = roster.get(id);
        if (device === undefined || !mine.delete(device)) continue;
        if (![version, known].every(Number.isSafeInteger)) continue;
        this.#writeRead(device, { version, known, desired, reported });
      }
    });
    // Of whom a whole list says nothing, nothing is kept.
    const nothing = { version: 0, known: 0, desired: {}, reported: {} };
    if (whole) for (const device of mine) this.#writeRead(device, nothing);
    for (const device of this.#unknown) await this.#readHistory(device);
  }

  /** Of a target that is asked by message there is no list. */
  async #readEach(devices: readonly number[]): Promise<void> {
    const reads = devices.map((device) =>
      this.#queue.add(async () => {
        const { status, body } = await this.#asking.read(this.#idOf(device));
        const { desired, reported } = (body ?? {}) as Partial<TwinDocument>;
        const version = status === OK ? versionOf(body) : null;
        if (version === null) return;
        this.#writeRead(device, { version, known: 0, desired, reported });
      }),
    );
    await Promise.all(reads);
  }

  #writeRead(device: number, read: Omit<TwinDocument, 'device'>): void {
    const { version, known, desired, reported } = read;
    const text = (document: unknown): string => JSON.stringify(document ?? null);
    const texts = { desired: text(desired), reported: text(reported) };
    this.#ports.ledger.write('twin/read', { device, version, known, ...texts });
  }

  #isMine(device: number): boolean {
    return isOwn(this.#ports, device);
  }

  #beginAll(device: number, writers: number, round: Round): void {
    for (let writer = 0; writer < writers; writer++) this.#begin(device, writer, round);
  }

  #begin(device: number, writer: number, round: Round): void {
    const patch = this.#patchOf(device, writer, round);
    if (patch === null) return;
    // One writer does one thing after the other, so what it sees of a device never goes back.
    const key = device * WRITERS_MAX + writer;
    // A writer whose last change still waits for its turn is behind, and leaves this one out.
    if (this.#waiting.has(key)) return;
    this.#waiting.add(key);
    const before = this.#last.get(key);
    const done = this.#queue.add(async () => {
      this.#waiting.delete(key);
      if (this.#isOver) return;
      await before;
      await this.#change(device, writer, round, patch);
    });
    this.#last.set(key, done);
  }

  async #change(device: number, writer: number, round: Round, patch: object): Promise<void> {
    const isCareful = this.#drawn(device, writer, round, 2) < 0.5;
    const from = isCareful ? await this.#read(device, writer) : NO_VERSION;
    if (from === null) return;
    const status = await this.#ask(device, writer, from, patch);
    if (status !== CONFLICT) return;
    // Somebody was faster: once more, on top of that.
    const again = await this.#read(device, writer);
    if (again !== null) await this.#ask(device, writer, again, patch);
  }

  /** The version that the writer reads; null where there is no answer. */
  async #read(device: number, writer: number): Promise<number | null> {
    const { status, body } = await this.#asking.read(this.#idOf(device));
    const version = versionOf(body);
    if (status !== OK || version === null) {
      this.#turnedAway(device, writer, NO_CHANGE, status, body);
      return null;
    }
    this.#ports.ledger.write('twin/seen', { device, writer, version });
    return version;
  }

  async #ask(device: number, writer: number, from: number, patch: object): Promise<number> {
    const { ledger } = this.#ports;
    const change = this.#changes.get(device) ?? 0;
    this.#changes.set(device, change + 1);
    ledger.write('twin/asked', { device, change, writer, from, patch: JSON.stringify(patch) });
    const { status, body } = await this.#asking.change(this.#idOf(device), {
      desired: patch,
      ...(from === NO_VERSION ? {} : { version: from }),
      who: `writer-${writer}`,
      token: String(change),
    });
    const version = versionOf(body) ?? 0;
    ledger.write('twin/answered', { device, change, status, version });
    if (status === 0 || status >= FAILS) this.#unknown.add(device);
    this.#turnedAway(device, writer, change, status, body);
    return status;
  }

  /**
   * With the target's own reason. Whoever was slower than another is not: he asks once more; nor is
   * one to whom a target that is away, or fails, gives no answer that says anything.
   */
  #turnedAway(device: number, writer: number, change: number, status: number, body: unknown): void {
    if (status < REFUSES || status >= FAILS || status === CONFLICT) return;
    const why = String((body as { error?: unknown } | null)?.error ?? '');
    this.#ports.ledger.write('twin/turned-away', { device, writer, change, status, why });
  }

  /** Which of the changes that nobody answered were made all the same. */
  async #readHistory(device: number): Promise<void> {
    const { ledger, target } = this.#ports;
    const path = `${encodeURIComponent(this.#idOf(device))}/history`;
    const { status, body } = (await target.port('twin')?.get({}, path)) ?? SILENT;
    const { history } = (body ?? {}) as { history?: { token: string; version: number }[] };
    if (status !== OK || !Array.isArray(history)) return;
    for (const { token, version } of history) {
      // Somebody else may have changed it, who has other tokens or none.
      if (!/^\d{1,9}$/.test(String(token)) || !Number.isSafeInteger(version)) continue;
      ledger.write('twin/found', { device, change: Number(token), version });
    }
    ledger.write('twin/history-read', { device });
  }

  /** What a change says, drawn from the seed, the device, the writer and the round alone. */
  #patchOf(device: number, writer: number, round: Round): object | null {
    const settings = this.#settings[this.#ports.plan.devices[device]?.entry ?? -1] ?? [];
    const drawn = (which: number): number => this.#drawn(device, writer, round, which);
    const setting = settings[Math.floor(drawn(0) * settings.length)];
    if (setting === undefined) return null;
    const { name, low, high } = setting;
    const value = onStep(low + (high - low) * drawn(1), setting);
    return { [name]: drawn(3) * TAKEN_BACK_ONE_IN < 1 ? null : value };
  }

  #drawn(device: number, writer: number, { of, number }: Round, which: number): number {
    const { plan } = this.#ports;
    const whose = `device/${plan.devices[device]?.id}/twin/${writer}`;
    const key = streamKey(plan.seed, of === 'every' ? whose : `${whose}/${of}`);
    return unitAt(key, number * 4 + which);
  }

  #idOf(device: number): string {
    return this.#ports.plan.devices[device]?.id ?? '';
  }
}

function versionOf(body: unknown): number | null {
  const { version } = (typeof body === 'object' && body !== null ? body : {}) as {
    version?: unknown;
  };
  return Number.isSafeInteger(version) && Number(version) >= 0 ? Number(version) : null;
}
