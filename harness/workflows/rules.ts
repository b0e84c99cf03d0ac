/**
 * Has the target go by a rule, as an operator does: where what devices measure has been so for long
 * enough, it is to raise an alarm. At the end it is read back which alarms there were, and which
 * readings the target has: it could know of no others.
 */
import { onGrid, type Problem, phaseOf, RULE_OPS, type RulePlan, rulesOf } from '#kernel';
import type { Answer } from '../watch/target-ports.ts';
import { countIn, isOwn, laneQuery, listOf, ownDevice } from './own-rows.ts';
import { conditionAmiss } from './rules/conditions.ts';
import { instantOf, whenParams } from './twin/turns.ts';
import { BEGINS_TOO_LATE, isOf, misnamed, nobodyIn } from './whom.ts';
import {
  defineWorkflow,
  type Workflow,
  type WorkflowContext,
  type WorkflowPorts,
} from './workflow.ts';

export default defineWorkflow({
  kind: 'rules',
  summary: 'has the target raise an alarm where what devices measure has been so for long enough',
  params: {
    name: { kind: 'text', about: 'What the rule is called; no two alike.' },
    of: {
      kind: 'text',
      about: 'How the ids of its devices begin, such as fridges or fridges/north-1; else of all.',
      optional: true,
    },
    when: { kind: 'text', about: 'Of one reading, in CEL, such as temperature > 8.' },
    clear: {
      kind: 'text',
      about: 'An alarm is over when this is so, such as temperature < 7; else when `when` is not.',
      optional: true,
    },
    for: {
      kind: 'duration',
      about: 'It must have been so of each reading for so long.',
      default: '0s',
    },
    deadline: {
      kind: 'duration',
      about: 'So soon after the reading that makes it due an alarm must be raised.',
      default: '2s',
    },
    ...whenParams,
  },
  ops: RULE_OPS,
  needs: ['rules', 'telemetry'],
  resolve: (params, context) => {
    const problems: Problem[] = [];
    const [name, of, when] = [String(params.name), String(params.of ?? ''), String(params.when)];
    problems.push(...misnamed('a rule', name));
    const signals = signalsOf(of, context);
    if (signals === null) problems.push(nobodyIn(of, context));
    const clear = String(params.clear ?? `!(${when})`);
    problems.push(...conditionAmiss('when', when, signals ?? []));
    if (params.clear !== undefined) problems.push(...conditionAmiss('clear', clear, signals ?? []));
    const at = instantOf(problems, '', params, context);
    if (at >= phaseOf(context.phases, 'drain').from) problems.push(BEGINS_TOO_LATE);
    const forMs = onGrid(Number(params.for), context.quantumMs, 0);
    const resolved: RulePlan = {
      ...{ name, of, at, when, clear, forMs, deadlineMs: Number(params.deadline) },
    };
    return { resolved, problems, takes: [`rule ${name}`] };
  },
  start: (ports, resolved) => new Rule(ports, resolved as RulePlan),
});

/** What all its devices measure; null where it has none. */
function signalsOf(of: string, { devices, signals }: WorkflowContext): string[] | null {
  const own = devices.filter(({ id }) => isOf(of, id));
  const lists = [...new Set(own.map(({ entry }) => entry))].map((entry) => signals[entry] ?? []);
  const [first, ...others] = lists;
  if (first === undefined) return null;
  return first.filter((signal) => others.every((list) => list.includes(signal)));
}

/** A device as the target lists it, with its rules and alarms, and a reading that it has. */
interface Listed {
  device: string;
  rules: { rule: string; from: number; late: number }[];
  alarms: { rule: string; since: number; at: number; raised: number; cleared: number | null }[];
}

interface Stored {
  device: string;
  stream: string;
  n: number;
  intended?: number;
  received?: number;
  payloadBase64?: string;
  /** It is kept in another form, and what it said cannot be read any more. */
  moved?: boolean;
}

const NOBODY = -1;
const STREAM = 'telemetry';
const SILENT: Answer = { status: 0, body: null };
const AGAIN_MS = 500;

class Rule implements Workflow {
  readonly #ports: WorkflowPorts;
  readonly #plan: RulePlan;
  #asking: Promise<void> = Promise.resolve();
  #isOver = false;

  constructor(ports: WorkflowPorts, plan: RulePlan) {
    this.#ports = ports;
    this.#plan = plan;
    if (ports.shard === 0) this.#askAt(plan.at);
  }

  stop(): void {
    this.#isOver = true;
  }

  account(): void {}

  async end(): Promise<void> {
    this.stop();
    await this.#asking;
  }

  async readBack(): Promise<void> {
    await this.#asking;
    const { ledger, readList, plan } = this.#ports;
    const { name } = this.#plan;
    await readList<Listed>('rules', laneQuery(this.#ports), (rows) => {
      for (const { device: id, rules, alarms } of rows) {
        const device = ownDevice(this.#ports, id);
        if (device === null) continue;
        for (const { rule, from, late } of listOf(rules)) {
          if (rule !== name) continue;
          ledger.write('rules/read', { device, rule, from: countIn(from), late: countIn(late) });
        }
        for (const { rule, since, at, raised, cleared } of listOf(alarms)) {
          if (rule !== name) continue;
          const due = { since: countIn(since), at: countIn(at) };
          const told = { raised: countIn(raised), cleared: countIn(cleared ?? 0) };
          ledger.write('rules/alarm', { device, rule, ...due, ...told });
        }
      }
    });
    // Of two rules over one device it is written down once what there was.
    const all = rulesOf(plan);
    if (all[0]?.name === name) await this.#readInputs(all.map(({ of }) => of));
  }

  /** Of devices whose ids begin so. */
  async #readInputs(prefixes: readonly string[]): Promise<void> {
    const { ledger, readList, lanes, plan } = this.#ports;
    let isWhole = true;
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
            const times = { at: countIn(intended), received: countIn(received) };
            ledger.write('rules/input', { device, n, ...times, values: valuesIn(payloadBase64) });
          }
        },
      );
      isWhole &&= isRead;
    }
    // Of a part of it nobody could say what was due.
    if (!isWhole) return;
    plan.devices.forEach(({ id }, device) => {
      const isMeant = prefixes.some((prefix) => isOf(prefix, id));
      if (gone.has(device)) return;
      if (isMeant && isOwn(this.#ports, device)) ledger.write('rules/whole', { device });
    });
  }

  #askAt(at: number): void {
    this.#ports.wheel.add(at, {
      fire: () => {
        if (!this.#isOver) this.#asking = this.#ask();
        return Number.POSITIVE_INFINITY;
      },
    });
  }

  /** Until it is answered. */
  async #ask(): Promise<void> {
    const { ledger, target } = this.#ports;
    const { name: rule, of, when, clear, forMs } = this.#plan;
    ledger.write('rules/asked', { device: NOBODY, rule });
    const body = { of, when, clear, forMs };
    const { status } = (await target.port('rules')?.tell?.(rule, body)) ?? SILENT;
    ledger.write('rules/answered', { device: NOBODY, rule, status });
    if (status === 0 || status >= 500) this.#askAt(this.#ports.now() + AGAIN_MS);
  }
}

/** Numbers alone, as JSON: what rules may ask about. */
function valuesIn(base64: string): string {
  try {
    const { v } = JSON.parse(Buffer.from(base64, 'base64').toString()) as { v: object };
    const own = Object.entries(v).filter(([, one]) => typeof one === 'number');
    return JSON.stringify(Object.fromEntries(own));
  } catch {
    return '';
  }
}
