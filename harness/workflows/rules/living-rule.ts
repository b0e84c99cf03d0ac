/** A rule while a run goes on: it is asked for until that is answered, and read back at the end. */
import {
  codeOf,
  hashBytes,
  isMap,
  isOf,
  type RulePlan,
  readingTexts,
  rulesOf,
  STAMP,
  versionsOf,
} from '#kernel';
import { type Answer, isUnheard, SILENT } from '../../watch/target-ports.ts';
import { Insistence } from '../insistence.ts';
import { countIn, isOwn, laneQuery, listOf, ownDevice } from '../own-rows.ts';
import type { Workflow, WorkflowPorts } from '../workflow.ts';

/** A device as the target lists it, with its alarms and those of places that it speaks for. */
interface Listed {
  device: string;
  late: number;
  ahead: number;
  missed: { rule: string; subject: string; missed: number }[];
  alarms: {
    rule: string;
    subject: string;
    since: number;
    at: number;
    raised: number;
    cleared: number | null;
  }[];
}

/** Since when it goes by the rule, and by how much the time of its rules is ahead of its clock. */
interface Began {
  shift?: number;
  versions?: { version: number; from: number }[];
}

/** A reading that it has. */
interface Stored {
  device: string;
  stream: string;
  n: number;
  /** Of the bytes of it that it has. */
  hash?: number;
  intended?: number;
  received?: number;
  payloadBase64?: string;
  /** It is kept in another form, and what it said cannot be read any more. */
  moved?: boolean;
}

const NOBODY = -1;
const STREAM = 'telemetry';

export class LivingRule implements Workflow {
  readonly #ports: WorkflowPorts;
  readonly #plan: RulePlan;
  readonly #insistence: Insistence;

  constructor(ports: WorkflowPorts, plan: RulePlan) {
    this.#ports = ports;
    this.#plan = plan;
    this.#insistence = new Insistence(ports);
    if (ports.shard === 0) this.#askAt(1, plan.at);
  }

  stop(): void {
    this.#insistence.stop();
  }

  account(): void {}

  async end(): Promise<void> {
    this.stop();
    await this.#insistence.settled;
  }

  async readBack(): Promise<void> {
    await this.#insistence.settled;
    const { plan, shard } = this.#ports;
    if (shard === 0) await this.#readVersions();
    // What there was of all rules stands on the same pages.
    const all = rulesOf(plan);
    if (all[0]?.name !== this.#plan.name) return;
    const isListed = await this.#readAlarms();
    const { shift } = await this.#asked();
    const prefixes = all.map(({ of }) => of);
    await this.#readInputs(prefixes, Number(shift) || 0, isListed);
  }

  async #asked(): Promise<Began> {
    const { body } = (await this.#ports.target.port('rules')?.get({}, this.#plan.name)) ?? SILENT;
    return (body ?? {}) as Began;
  }

  async #readVersions(): Promise<void> {
    const { ledger } = this.#ports;
    const { name: rule } = this.#plan;
    const { versions } = await this.#asked();
    for (const { version, from } of listOf(versions)) {
      const told = { version: countIn(version), from: countIn(from) };
      ledger.write('rules/began', { device: NOBODY, rule, ...told });
    }
  }

  /** False where the list of them could not be read to its end. */
  #readAlarms(): Promise<boolean> {
    const { ledger, readList } = this.#ports;
    return readList<Listed>('rules', laneQuery(this.#ports), (rows) => {
      for (const { device: id, late, ahead, missed, alarms } of rows) {
        const device = ownDevice(this.#ports, id);
        if (device === null) continue;
        ledger.write('rules/heard', { device, late: countIn(late), ahead: countIn(ahead) });
        for (const { rule, subject, missed: count } of listOf(missed)) {
          const told = { rule: String(rule), subject: String(subject), missed: countIn(count) };
          ledger.write('rules/missed', { device, ...told });
        }
        for (const { rule, subject, since, at, raised, cleared } of listOf(alarms)) {
          const whose = { rule: String(rule), subject: String(subject) };
          const due = { since: countIn(since), at: countIn(at) };
          const told = { raised: countIn(raised), cleared: countIn(cleared ?? 0) };
          ledger.write('rules/alarm', { device, ...whose, ...due, ...told });
        }
      }
    });
  }

  /** Of devices whose ids begin so; `shift`: from the target's clock to the time of its rules. */
  async #readInputs(prefixes: readonly string[], shift: number, isListed: boolean): Promise<void> {
    const { ledger, readList, lanes, plan } = this.#ports;
    let isWhole = isListed;
    const gone = new Set<number>();
    for (const lane of [...lanes].sort((a, b) => a - b)) {
      const isRead = await readList<Stored>(
        STREAM,
        { lane: String(lane), payload: '1' },
        (rows) => {
          for (const row of rows) {
            const { device: id, stream, n, intended, received, payloadBase64 = '' } = row;
            const device = ownDevice(this.#ports, id);
            if (device === null || stream !== STREAM) continue;
            if (row.moved === true) {
              gone.add(device);
              continue;
            }
            if (!prefixes.some((prefix) => isOf(prefix, id))) continue;
            const bytes = Buffer.from(payloadBase64, 'base64');
            this.#compare(device, row, bytes);
            const { at, texts } = saidIn(bytes, intended);
            const times = { at, received: countIn(Number(received) + shift) };
            for (const values of texts) {
              ledger.write('rules/input', { device, n, ...times, values });
            }
          }
        },
      );
      isWhole &&= isRead;
    }
    // Of a part of it nobody could say what was due.
    if (!isWhole) return;
    plan.devices.forEach(({ id }, device) => {
      const isMeant = prefixes.some((prefix) => isOf(prefix, id));
      if (!isMeant || gone.has(device) || !isOwn(this.#ports, device)) return;
      ledger.write('rules/whole', { device });
    });
  }

  /** Of bytes that are not those of the hash beside them it is written down that it has them. */
  #compare(device: number, { n, hash }: Stored, bytes: Uint8Array): void {
    const { ledger, plan } = this.#ports;
    const own = hashBytes(bytes);
    // Who does not keep them as they came says no hash, or none at all.
    if (!hash || hash === own) return;
    ledger.write('stored', { device, stream: codeOf(plan, STREAM), n, hash: own });
  }

  /** Until it is answered; and then for what it is to be later. */
  #askAt(version: number, at: number): void {
    const next = versionsOf(this.#plan)[version];
    this.#insistence.from(
      at,
      () => this.#ask(version),
      () => {
        if (next !== undefined) this.#askAt(version + 1, Math.max(next.at, this.#ports.now() + 1));
      },
    );
  }

  async #ask(version: number): Promise<Answer> {
    const { ledger, target, now } = this.#ports;
    const { name: rule, of, per, terms, window, silentMs } = this.#plan;
    const versions = versionsOf(this.#plan);
    const { when, clear, forMs, clearForMs } = versions[version - 1] ?? this.#plan;
    ledger.write('rules/asked', { device: NOBODY, rule, version });
    const asks = { version, when, clear, forMs, clearForMs };
    const body = { of, per, terms, window, silentMs, ...asks, now: now() };
    const answer = (await target.port('rules')?.tell?.(rule, body)) ?? SILENT;
    ledger.write('rules/answered', { device: NOBODY, rule, version, status: answer.status });
    if (answer.status >= 400 && !isUnheard(answer)) {
      ledger.write('rules/refused', { device: NOBODY, rule, version, why: wordsOf(answer) });
    }
    return answer;
  }
}

const WORDS_MAX = 200;

/** What it said of why, where it said anything. */
function wordsOf({ status, body }: Answer): string {
  const said = isMap(body) && typeof body.error === 'string' ? body.error : JSON.stringify(body);
  return `${status} ${said ?? ''}`.trim().slice(0, WORDS_MAX);
}

/**
 * Its numbers, as JSON: what rules ask about. And when: by the own clock of a device with one, else
 * as the reading says; what the target lists beside it is asked only where that says nothing.
 */
function saidIn(bytes: Buffer, intended: unknown): { at: number; texts: string[] } {
  try {
    const { t, v } = JSON.parse(bytes.toString()) as { t?: unknown; v: object };
    const own = Object.entries(v).filter(([, one]) => typeof one === 'number');
    const stamp = own.find(([name]) => name === STAMP)?.[1];
    const values = Object.fromEntries(own) as Record<string, number>;
    const said = typeof t === 'number' ? t : intended;
    return { at: countIn(stamp ?? said), texts: readingTexts(values) };
  } catch {
    return { at: countIn(intended), texts: [''] };
  }
}
