/**
 * Tells the target how much it takes and what it may do with more, as an operator does who knows
 * his platform. At the end it is read back what was passed over, message by message, and in which
 * mode the target was when: what it acknowledged and did not keep counts as refused, if it says so.
 */
import { PRESSURE_OPS, type PressurePlan, type Problem, SHED_STREAM, streamNamed } from '#kernel';
import { type Answer, SILENT } from '../watch/target-ports.ts';
import { Insistence } from './insistence.ts';
import { countIn, laneQuery, listOf, ownDevice } from './own-rows.ts';
import { defineWorkflow, type Workflow, type WorkflowPorts } from './workflow.ts';

/** Unless the scenario says otherwise. */
const KEEP_ONE_OF = 4;

export default defineWorkflow({
  kind: 'pressure',
  summary: 'tells the target how much it takes, and reads back what it passed over',
  params: {
    capacity: {
      kind: 'integer',
      about: 'Messages a second that the target takes.',
      min: 1,
      max: 1_000_000,
    },
    queue: {
      kind: 'integer',
      about: 'Messages that may be on their way in; what is more is passed over.',
      min: 1,
      max: 1_000_000,
    },
    policy: {
      kind: 'choice',
      of: ['refuse', 'sample'],
      about: 'While it is limited: pass over what is too much, or all but a few of each device.',
      default: 'refuse',
    },
    keepOneOf: {
      kind: 'integer',
      about: 'Of a device, sample keeps one of so many.',
      default: KEEP_ONE_OF,
      min: 2,
      max: 1000,
    },
    limitedAt: {
      kind: 'share',
      about: 'Of the queue: so full it is limited.',
      default: '50%',
    },
    normalAt: {
      kind: 'share',
      about: 'Of the queue: so empty it may be normal again.',
      default: '10%',
    },
    hold: {
      kind: 'duration',
      about: 'What is better must have been so for so long.',
      default: '2s',
    },
    readOnlyAfter: {
      kind: 'duration',
      about: 'A message waits so long for its commit, and the target only reads from then on.',
      default: '2s',
      min: '10ms',
    },
    urgent: {
      kind: 'duration',
      about: 'What may not be passed over, such as commands and answers, is through so soon.',
      default: '1s',
    },
    within: {
      kind: 'duration',
      about: 'So soon after the last trouble it is as it was before.',
      default: '10s',
    },
  },
  ops: PRESSURE_OPS,
  needs: ['pressure', 'telemetry'],
  resolve: (params, { entries }) => {
    const [limitedAt, normalAt] = [Number(params.limitedAt), Number(params.normalAt)];
    const problems: Problem[] = normalAt < limitedAt ? [] : [TO_AND_FRO];
    if (params.policy !== 'sample' && Number(params.keepOneOf) !== KEEP_ONE_OF) {
      problems.push(NO_SAMPLE);
    }
    const exact = entries.filter(({ qos }) => qos === 2).map(({ id }) => id);
    const resolved: PressurePlan = {
      ...{ capacity: Number(params.capacity), queue: Number(params.queue) },
      ...{ policy: String(params.policy), keepOneOf: Number(params.keepOneOf) },
      ...{ limitedAt, normalAt, holdMs: Number(params.hold) },
      readOnlyAfterMs: Number(params.readOnlyAfter),
      ...{ urgentMs: Number(params.urgent), withinMs: Number(params.within) },
    };
    return {
      resolved,
      problems,
      streams: [
        { name: SHED_STREAM, way: 'up', schedule: { by: 'sampling' }, kept: true, mayShed: true },
      ],
      takes: ['the pressure on the target'],
      notes: exact.length === 0 ? [] : [`${exact.join(', ')}: ${EXACT}`],
    };
  },
  start: (ports, resolved) => new Pressure(ports, resolved as PressurePlan),
});

const TO_AND_FRO: Problem = {
  code: 'bad-value',
  path: 'normalAt',
  message: 'it would be normal again where it is limited, and go to and fro',
  hint: 'let normalAt be a smaller share than limitedAt',
};
const NO_SAMPLE: Problem = {
  code: 'bad-value',
  path: 'keepOneOf',
  message: 'the policy refuse keeps none of what is too much',
  hint: 'write policy: sample, or leave keepOneOf out',
};
const EXACT = 'what is sent at QoS 2 is held back under pressure, and never passed over';

/** A device as the target lists it, with what it passed over of it. */
interface Listed {
  device: string;
  sheds: { stream: string; n: number; at: number }[];
}

const NOBODY = -1;
const PORT = 'pressure';

class Pressure implements Workflow {
  readonly #ports: WorkflowPorts;
  readonly #plan: PressurePlan;
  readonly #insistence: Insistence;

  constructor(ports: WorkflowPorts, plan: PressurePlan) {
    this.#ports = ports;
    this.#plan = plan;
    this.#insistence = new Insistence(ports);
    if (ports.shard === 0) this.#insistence.from(0, () => this.#ask());
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
    const { ledger, lanes, plan, readList, shard } = this.#ports;
    const isWhole = await readList<Listed>(PORT, laneQuery(this.#ports), (rows) => {
      for (const { device: id, sheds } of rows) {
        const device = ownDevice(this.#ports, id);
        if (device === null) continue;
        for (const { stream: name, n, at } of listOf(sheds)) {
          const stream = streamNamed(plan, String(name))?.code;
          if (stream === undefined) continue;
          const message = { device, stream, n: countIn(n) };
          ledger.write('pressure/shed', { ...message, at: countIn(at) });
          ledger.write('refused', { ...message, why: 'shed' });
        }
      }
    });
    if (isWhole) {
      plan.devices.forEach(({ lane }, device) => {
        if (lanes.has(lane)) ledger.write('pressure/whole', { device });
      });
    }
    if (shard === 0) await this.#readCourse();
  }

  /** What is told of the target as a whole. */
  async #readCourse(): Promise<void> {
    const { ledger } = this.#ports;
    const now = (await this.#page('now')) as { at?: number; mode?: string; depth?: number };
    ledger.write('pressure/now', {
      device: NOBODY,
      at: countIn(now.at),
      mode: String(now.mode ?? ''),
      depth: countIn(now.depth),
    });
    type Count = { stream: string; taken: number; shed: number };
    const { counts } = await this.#page('counts');
    for (const { stream, taken, shed } of listOf(counts as readonly Count[])) {
      const many = { taken: countIn(taken), shed: countIn(shed) };
      ledger.write('pressure/count', { device: NOBODY, of: String(stream), ...many });
    }
    type Change = { at: number; was: string; mode: string; why: string };
    for (const { at, was, mode, why } of await this.#rows<Change>('modes')) {
      const change = { was: String(was), mode: String(mode), why: String(why) };
      ledger.write('pressure/mode', { device: NOBODY, at: countIn(at), ...change });
    }
    for (const { at, depth } of await this.#rows<{ at: number; depth: number }>('depths')) {
      ledger.write('pressure/depth', { device: NOBODY, at: countIn(at), depth: countIn(depth) });
    }
  }

  /** None where they cannot be had to the end: what a part of them says is not so. */
  async #rows<Row>(list: string): Promise<readonly Row[]> {
    const all: Row[] = [];
    const isWhole = await this.#ports.readList<Row>(PORT, {}, (rows) => all.push(...rows), list);
    return isWhole ? all : [];
  }

  async #page(page: string): Promise<Readonly<Record<string, unknown>>> {
    const answer = await this.#ports.target.port(PORT)?.get({}, page);
    const { status, body } = answer ?? SILENT;
    if (status === 200 && typeof body === 'object' && body !== null) return { ...body };
    const why = `the target answered ${PORT}/${page} with status ${status}`;
    this.#ports.ledger.write('unread', { port: PORT, why });
    return {};
  }

  async #ask(): Promise<Answer> {
    const { ledger, target } = this.#ports;
    const { urgentMs: _, withinMs: __, ...limits } = this.#plan;
    ledger.write('pressure/asked', { device: NOBODY });
    const body = { ...limits, sheds: [SHED_STREAM] };
    const answer = (await target.port(PORT)?.tell?.('limits', body)) ?? SILENT;
    ledger.write('pressure/answered', { device: NOBODY, status: answer.status });
    return answer;
  }
}
