/**
 * Changes what is desired of devices, as operators and their programs would: by schedule, from one
 * writer or from two at once. A writer reads a document, changes it, and half the time says which
 * version it has read, so that whoever else was faster is not overwritten. At the end the documents
 * are read back.
 */
import { hashText, isSelected, movedNote, onGrid, phaseOf, streamKey, unitAt } from '#kernel';
import type { Answer } from '../watch/target-ports.ts';
import { inTurn } from './twin/in-turn.ts';
import { defineWorkflow, type Workflow, type WorkflowPorts } from './workflow.ts';

interface Resolved {
  firstAt: number;
  everyMs: number;
  writers: number;
  devices: { device: number; offsetMs: number }[];
}

/** A twin as the target lists it. */
interface TwinDocument {
  device: string;
  version: number;
  known: number;
  desired: unknown;
  reported: unknown;
}

const WRITERS_MAX = 2;

export default defineWorkflow({
  kind: 'twin',
  summary: 'changes now and then what is desired of each device of a share',
  params: {
    every: { kind: 'duration', about: 'Between two changes of the same device.', min: '1s' },
    to: { kind: 'share', about: 'Which part of the fleet is changed.', default: '100%' },
    writers: {
      kind: 'integer',
      about: 'How many change each device at the same time.',
      default: 1,
      min: 1,
      max: WRITERS_MAX,
    },
  },
  ops: {
    'twin/asked': {
      device: 'device',
      change: 'count',
      writer: 'count',
      from: 'signed',
      patch: 'text',
    },
    'twin/answered': { device: 'device', change: 'count', status: 'count', version: 'count' },
    'twin/seen': { device: 'device', writer: 'count', version: 'count' },
    'twin/found': { device: 'device', change: 'count', version: 'count' },
    'twin/read': {
      device: 'device',
      version: 'count',
      known: 'count',
      desired: 'text',
      reported: 'text',
    },
    'twin/history-read': { device: 'device' },
  },
  needs: ['twin'],
  parts: ['twin'],
  resolve: (params, { seed, quantumMs, phases, devices }) => {
    const everyMs = onGrid(Number(params.every), quantumMs);
    const offsetOf = (id: string): number =>
      Math.floor((hashText(`${seed}/twin/${id}`) / 4294967296) * (everyMs / quantumMs)) * quantumMs;
    const resolved: Resolved = {
      firstAt: phaseOf(phases, 'steady').from,
      everyMs,
      writers: Number(params.writers),
      devices: devices.flatMap(({ id }, device) =>
        isSelected(seed, id, 'twin', Number(params.to)) ? [{ device, offsetMs: offsetOf(id) }] : [],
      ),
    };
    return { resolved, notes: movedNote('twin: every', Number(params.every), quantumMs) };
  },
  start: (ports, resolved) => new TwinWriters(ports, resolved as Resolved),
});

/** So many questions are under way at one time. */
const UNDER_WAY_MAX = 64;
/** One of so many changes takes a wish back. */
const TAKEN_BACK_ONE_IN = 6;
const NO_VERSION = -1;
const CONFLICT = 409;
const OK = 200;

interface Setting {
  name: string;
  low: number;
  high: number;
}

class TwinWriters implements Workflow {
  readonly #ports: WorkflowPorts;
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

  constructor(ports: WorkflowPorts, { firstAt, everyMs, writers, devices }: Resolved) {
    this.#ports = ports;
    for (const { device, offsetMs } of devices) {
      if (!this.#isMine(device)) continue;
      let round = 0;
      const due = (): number => firstAt + offsetMs + round * everyMs;
      ports.wheel.add(due(), {
        fire: () => {
          if (this.#isOver || due() >= ports.endMs) return Number.POSITIVE_INFINITY;
          for (let writer = 0; writer < writers; writer++) this.#begin(device, writer, round);
          round++;
          return due() < ports.endMs ? due() : Number.POSITIVE_INFINITY;
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
  }

  async readBack(): Promise<void> {
    await this.#queue.idle();
    const { ledger, plan, roster } = this.#ports;
    const mine = new Set(plan.devices.flatMap((_, device) => (this.#isMine(device) ? device : [])));
    const lanes = [...this.#ports.lanes].sort((a, b) => a - b).join(',');
    const whole = await this.#ports.readList<TwinDocument>('twin', { lanes }, (rows) => {
      for (const { device: id, version, known, desired, reported } of rows) {
        const device = roster.get(id);
        if (device === undefined || !mine.delete(device)) continue;
        if (![version, known].every(Number.isSafeInteger)) continue;
        const text = (document: unknown): string => JSON.stringify(document ?? null);
        const texts = { desired: text(desired), reported: text(reported) };
        ledger.write('twin/read', { device, version, known, ...texts });
      }
    });
    // Of whom a whole list says nothing, nothing is kept.
    const nothing = { version: 0, known: 0, desired: '{}', reported: '{}' };
    if (whole) for (const device of mine) ledger.write('twin/read', { device, ...nothing });
    for (const device of this.#unknown) await this.#readHistory(device);
  }

  #isMine(device: number): boolean {
    return this.#ports.lanes.has(this.#ports.plan.devices[device]?.lane ?? -1);
  }

  #begin(device: number, writer: number, round: number): void {
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

  async #change(device: number, writer: number, round: number, patch: object): Promise<void> {
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
    const port = this.#ports.target.port('twin');
    const { status, body } = (await port?.get({}, this.#pathOf(device))) ?? SILENT;
    const version = versionOf(body);
    if (status !== OK || version === null) return null;
    this.#ports.ledger.write('twin/seen', { device, writer, version });
    return version;
  }

  async #ask(device: number, writer: number, from: number, patch: object): Promise<number> {
    const { ledger, target } = this.#ports;
    const change = this.#changes.get(device) ?? 0;
    this.#changes.set(device, change + 1);
    ledger.write('twin/asked', { device, change, writer, from, patch: JSON.stringify(patch) });
    const { status, body } =
      (await target.port('twin')?.tell?.(this.#pathOf(device), {
        desired: patch,
        ...(from === NO_VERSION ? {} : { version: from }),
        who: `writer-${writer}`,
        token: String(change),
      })) ?? SILENT;
    const version = versionOf(body) ?? 0;
    ledger.write('twin/answered', { device, change, status, version });
    if (status === 0 || status >= 500) this.#unknown.add(device);
    return status;
  }

  /** Which of the changes that nobody answered were made all the same. */
  async #readHistory(device: number): Promise<void> {
    const { ledger, target } = this.#ports;
    const path = `${this.#pathOf(device)}/history`;
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
  #patchOf(device: number, writer: number, round: number): object | null {
    const settings = this.#settings(device);
    const drawn = (which: number): number => this.#drawn(device, writer, round, which);
    const setting = settings[Math.floor(drawn(0) * settings.length)];
    if (setting === undefined) return null;
    const { name, low, high } = setting;
    const value = Math.round((low + (high - low) * drawn(1)) * 100) / 100;
    return { [name]: drawn(3) * TAKEN_BACK_ONE_IN < 1 ? null : value };
  }

  #settings(device: number): Setting[] {
    const { plan, models } = this.#ports;
    const model = models.get(plan.entries[plan.devices[device]?.entry ?? -1]?.model ?? '');
    return Object.entries(model?.commands ?? {}).flatMap(([name, spec]) =>
      'sets' in spec && spec.sets !== undefined ? [{ name, low: spec.low, high: spec.high }] : [],
    );
  }

  #drawn(device: number, writer: number, round: number, which: number): number {
    const { plan } = this.#ports;
    const key = streamKey(plan.seed, `device/${plan.devices[device]?.id}/twin/${writer}`);
    return unitAt(key, round * 4 + which);
  }

  #pathOf(device: number): string {
    return encodeURIComponent(this.#ports.plan.devices[device]?.id ?? '');
  }
}

/** A target that offers no such thing, or did not answer. */
const SILENT: Answer = { status: 0, body: null };

function versionOf(body: unknown): number | null {
  const { version } = (typeof body === 'object' && body !== null ? body : {}) as {
    version?: unknown;
  };
  return Number.isSafeInteger(version) && Number(version) >= 0 ? Number(version) : null;
}
