/** An act while a run goes on: it is asked for until that is answered, and read back at the end. */
import { ACT_VALUES_MAX, type ActPlan, actsOf } from '#kernel';
import { type Answer, SILENT } from '../../watch/target-ports.ts';
import { Insistence } from '../insistence.ts';
import { countIn, isOwn, laneQuery, listOf, ownDevice } from '../own-rows.ts';
import type { Workflow, WorkflowPorts } from '../workflow.ts';
import { LivingActWebhook } from './act-webhook.ts';

/** A device as the target lists it, with what was decided of its alarms. */
interface Listed {
  device: string;
  decided: Decided[];
  sent: { key: string; n: number; sent: number; via?: string }[];
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
/** Room in the ledger; what a target says may be anything. */
const NAME_MAX = 400;

export class LivingAct implements Workflow {
  readonly #ports: WorkflowPorts;
  readonly #plan: ActPlan;
  readonly #insistence: Insistence;
  /** Of an act that is told of by HTTP, in the shard that listens for all. */
  readonly #webhook: LivingActWebhook | null = null;
  /** What is done, as the target is told. */
  #does: object;

  constructor(ports: WorkflowPorts, plan: ActPlan) {
    this.#ports = ports;
    this.#plan = plan;
    this.#does = plan.does;
    this.#insistence = new Insistence(ports);
    if (ports.shard !== 0) return;
    if ('webhook' in plan.does) {
      this.#webhook = new LivingActWebhook(ports, plan, plan.does.webhook);
    }
    const stops = plan.stops.flatMap(({ at, until }) => [
      { at, ask: () => this.#turn(false) },
      { at: until, ask: () => this.#turn(true) },
    ]);
    // What the operator has to say, one after the other.
    const words = [{ at: plan.at, ask: () => this.#ask() }, ...stops];
    this.#insistence.inTurn(words.sort((a, b) => a.at - b.at));
  }

  async ready(): Promise<void> {
    if (this.#webhook !== null) this.#does = { webhook: await this.#webhook.listen() };
  }

  stop(): void {
    this.#insistence.stop();
  }

  account(): void {}

  async end(): Promise<void> {
    this.stop();
    await this.#insistence.settled;
    await this.#webhook?.end();
  }

  async readBack(): Promise<void> {
    await this.#insistence.settled;
    const { plan, shard } = this.#ports;
    if (shard === 0) await this.#readSince();
    // What was decided for all acts stands on the same pages.
    if (actsOf(plan)[0]?.name === this.#plan.name) await this.#readDecisions();
    this.#webhook?.wasHeard();
  }

  /** Whoever asks for the same again asks for nothing more. */
  async #ask(): Promise<Answer> {
    const { name: act, rule, on, guard } = this.#plan;
    const { ledger } = this.#ports;
    ledger.write('acts/asked', { device: NOBODY, act });
    const answer = await this.#tell(act, { rule, on, do: this.#does, guard });
    ledger.write('acts/answered', { device: NOBODY, act, status: answer.status });
    return answer;
  }

  async #turn(on: boolean): Promise<Answer> {
    const { ledger } = this.#ports;
    ledger.write('acts/told', { device: NOBODY, on });
    const answer = await this.#tell(`switch/${on ? 'on' : 'off'}`, {});
    const { at } = (answer.body ?? {}) as { at?: unknown };
    ledger.write('acts/took', { device: NOBODY, on, status: answer.status, at: countIn(at) });
    return answer;
  }

  async #tell(path: string, body: unknown): Promise<Answer> {
    return (await this.#ports.target.port(PORT)?.tell?.(path, body)) ?? SILENT;
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
        for (const { key, n, sent: at, via } of listOf(sent)) {
          const told = { key: textIn(key), n: countIn(n), sent: countIn(at) };
          ledger.write('acts/sent', { device, ...told });
          if (via === undefined) continue;
          ledger.write('acts/routed', { device, n: countIn(n), via: textIn(via) });
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
    values: Buffer.byteLength(said) > ACT_VALUES_MAX ? '' : said,
    key: textIn(key),
  };
}
