/** An act while a run goes on: it is asked for until that is answered, and read back at the end. */
import { type ActPlan, actsOf } from '#kernel';
import { type Answer, isUnheard, SILENT } from '../../watch/target-ports.ts';
import { countIn, isOwn, laneQuery, listOf, ownDevice } from '../own-rows.ts';
import type { Workflow, WorkflowPorts } from '../workflow.ts';
import { LivingActWebhook } from './act-webhook.ts';

/** A device as the target lists it, with what was decided of its alarms. */
interface Listed {
  device: string;
  decided: Decided[];
  sent: { key: string; n: number; sent: number }[];
  answers: { key: string; done: boolean; answered: number }[];
}

interface Decided {
  place: number;
  act: string;
  rule: string;
  version: number;
  subject: string;
  at: number;
  decided: number;
  done: boolean;
  why: string;
  by: string;
  values: unknown;
  key: string;
}

const NOBODY = -1;
const PORT = 'acts';
const AGAIN_MS = 500;
/** Room in the ledger; what a target says may be anything. */
const NAME_MAX = 400;
const VALUES_BYTES_MAX = 880;

export class LivingAct implements Workflow {
  readonly #ports: WorkflowPorts;
  readonly #plan: ActPlan;
  /** What the operator has to say, one after the other. */
  #telling: Promise<void> = Promise.resolve();
  /** Of an act that is told of by HTTP, in the shard that listens for all. */
  readonly #webhook: LivingActWebhook | null = null;
  /** What is done, as the target is told. */
  #does: object;
  #isOver = false;

  constructor(ports: WorkflowPorts, plan: ActPlan) {
    this.#ports = ports;
    this.#plan = plan;
    this.#does = plan.does;
    if (ports.shard !== 0) return;
    if ('webhook' in plan.does) {
      this.#webhook = new LivingActWebhook(ports, plan, plan.does.webhook);
    }
    this.#at(plan.at, () => this.#ask());
    for (const { at, until } of plan.stops) {
      this.#at(at, () => this.#turn(false));
      this.#at(until, () => this.#turn(true));
    }
  }

  async ready(): Promise<void> {
    if (this.#webhook !== null) this.#does = { webhook: await this.#webhook.listen() };
  }

  stop(): void {
    this.#isOver = true;
  }

  account(): void {}

  async end(): Promise<void> {
    this.stop();
    await this.#telling;
    await this.#webhook?.end();
  }

  async readBack(): Promise<void> {
    await this.#telling;
    const { plan, shard } = this.#ports;
    if (shard === 0) await this.#readSince();
    // What was decided for all acts stands on the same pages.
    if (actsOf(plan)[0]?.name === this.#plan.name) await this.#readDecisions();
    this.#webhook?.wasHeard();
  }

  #at(ms: number, say: () => Promise<void>): void {
    this.#ports.wheel.add(ms, {
      fire: () => {
        if (!this.#isOver) this.#telling = this.#telling.then(say);
        return Number.POSITIVE_INFINITY;
      },
    });
  }

  /** Until it is answered: whoever asks for the same again asks for nothing more. */
  async #ask(): Promise<void> {
    const { name: act, rule, on, guard } = this.#plan;
    const { ledger } = this.#ports;
    await this.#tell(
      act,
      { rule, on, do: this.#does, guard },
      {
        asks: () => ledger.write('acts/asked', { device: NOBODY, act }),
        hears: ({ status }) => ledger.write('acts/answered', { device: NOBODY, act, status }),
      },
    );
  }

  async #turn(on: boolean): Promise<void> {
    const { ledger } = this.#ports;
    await this.#tell(
      `switch/${on ? 'on' : 'off'}`,
      {},
      {
        asks: () => ledger.write('acts/told', { device: NOBODY, on }),
        hears: ({ status, body }) => {
          const { at } = (body ?? {}) as { at?: unknown };
          ledger.write('acts/took', { device: NOBODY, on, status, at: countIn(at) });
        },
      },
    );
  }

  async #tell(
    path: string,
    body: unknown,
    says: { asks(): void; hears(answer: Answer): void },
  ): Promise<void> {
    const { target, wheel } = this.#ports;
    while (!this.#isOver) {
      says.asks();
      const answer = (await target.port(PORT)?.tell?.(path, body)) ?? SILENT;
      says.hears(answer);
      if (!isUnheard(answer)) return;
      await new Promise<void>((resolve) => void wheel.after(AGAIN_MS, resolve));
    }
  }

  async #readSince(): Promise<void> {
    const { ledger, target } = this.#ports;
    const { name: act } = this.#plan;
    const { status, body } = (await target.port(PORT)?.get({}, act)) ?? SILENT;
    const { from } = (body ?? {}) as { from?: unknown };
    if (status !== 200 || typeof from !== 'number') return;
    ledger.write('acts/began', { device: NOBODY, act, from: countIn(from) });
  }

  async #readDecisions(): Promise<void> {
    const { ledger, readList, plan } = this.#ports;
    const isWhole = await readList<Listed>(PORT, laneQuery(this.#ports), (rows) => {
      for (const { device: id, decided, sent, answers } of rows) {
        const device = ownDevice(this.#ports, id);
        if (device === null) continue;
        for (const one of listOf(decided)) ledger.write('acts/decided', decisionOf(device, one));
        for (const { key, n, sent: at } of listOf(sent)) {
          const told = { key: textIn(key), n: countIn(n), sent: countIn(at) };
          ledger.write('acts/sent', { device, ...told });
        }
        for (const { key, done, answered } of listOf(answers)) {
          const told = { key: textIn(key), done: done === true, answered: countIn(answered) };
          ledger.write('acts/outcome', { device, ...told });
        }
      }
    });
    if (!isWhole) return;
    plan.devices.forEach((_, device) => {
      if (isOwn(this.#ports, device)) ledger.write('acts/whole', { device });
    });
  }
}

const textIn = (value: unknown): string => String(value ?? '').slice(0, NAME_MAX);

function decisionOf(device: number, told: Decided) {
  const { place, act, rule, version, subject, at, decided, done, why, by, values, key } = told;
  const said = JSON.stringify(values ?? {});
  return {
    ...{ device, place: countIn(place), act: textIn(act), rule: textIn(rule) },
    ...{ version: countIn(version), subject: textIn(subject), at: countIn(at) },
    ...{ decided: countIn(decided), done: done === true, why: textIn(why), by: textIn(by) },
    values: Buffer.byteLength(said) > VALUES_BYTES_MAX ? '' : said,
    key: textIn(key),
  };
}
