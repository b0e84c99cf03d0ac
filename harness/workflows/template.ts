/**
 * Changes what is desired of many devices at once, by a template: for all of them, or for a share
 * that grows from stage to stage, as a flag is switched on. One shard asks for the whole fleet; at
 * the end each reads back what the devices of its lanes were given.
 */
import type { Setting } from '#devices';
import { isOf, onGrid, type Problem, phaseOf, streamKey, TEMPLATE_OPS, unitAt } from '#kernel';
import { SILENT } from '../watch/target-ports.ts';
import { laneQuery, ownDevice } from './own-rows.ts';
import { onStep } from './twin/on-step.ts';
import { instantOf, whenParams } from './twin/turns.ts';
import {
  defineWorkflow,
  type Workflow,
  type WorkflowContext,
  type WorkflowPorts,
} from './workflow.ts';

interface Stage {
  at: number;
  /** How many of its devices have it from then on, of a thousand. */
  permille: number;
  patch: Record<string, number>;
}

interface Resolved {
  name: string;
  /** How the ids of its devices begin; empty for all. */
  of: string;
  stages: Stage[];
}

export default defineWorkflow({
  kind: 'template',
  summary: 'changes twins of many devices by a template, for a share that may grow in stages',
  params: {
    name: { kind: 'text', about: 'What the template is called; no two alike.', default: 'tuned' },
    of: {
      kind: 'text',
      about: 'How the ids of its devices begin, such as fridges or fridges/north-1; else of all.',
      optional: true,
    },
    stages: {
      kind: 'list',
      of: { kind: 'share', about: 'So many of its devices have it.' },
      about: 'How many have it by each stage; every stage is a change of the template.',
      default: ['100%'],
      min: 1,
      max: 100,
    },
    pause: { kind: 'duration', about: 'Between two stages.', default: '10s', min: '10ms' },
    anew: { kind: 'boolean', about: 'Each stage asks for another value.', default: false },
    ...whenParams,
  },
  ops: TEMPLATE_OPS,
  needs: ['twin', 'template'],
  parts: ['twin'],
  resolve: (params, context) => {
    const problems: Problem[] = [];
    const name = String(params.name);
    const of = String(params.of ?? '');
    const own = context.devices.filter(({ id }) => isOf(of, id));
    if (own.length === 0) problems.push(nobody(of, context));
    if (!NAME.test(name)) problems.push(misnamed(name));
    const settings = commonTo(new Set(own.map(({ entry }) => entry)), context);
    const from = instantOf(problems, '', params, context);
    const pauseMs = onGrid(Number(params.pause), context.quantumMs);
    const shares = Array.isArray(params.stages) ? params.stages.map(Number) : [1];
    const stages = shares.map((share, stage): Stage => {
      const isSaid = stage === 0 || params.anew === true;
      const patch = isSaid ? patchOf(settings, context.seed, name, stage) : {};
      return { at: from + stage * pauseMs, permille: Math.round(share * 1000), patch };
    });
    const end = phaseOf(context.phases, 'drain').from;
    if (problems.length === 0 && (stages.at(-1)?.at ?? 0) >= end) problems.push(TOO_LATE);
    const resolved: Resolved = { name, of, stages };
    const notes = settings.length === 0 ? [bare(name)] : [];
    return { resolved, problems, notes, takes: [`template ${name}`] };
  },
  start: (ports, resolved) => new TemplateStages(ports, resolved as Resolved),
});

const NAME = /^[a-z0-9][a-z0-9-]{0,63}$/;

const TOO_LATE: Problem = {
  code: 'too-late',
  path: 'stages',
  message: 'a stage comes when nothing is begun any more',
  hint: 'begin earlier, pause for less, or let the run go on for longer',
};

const misnamed = (name: string): Problem => ({
  code: 'bad-value',
  path: 'name',
  message: `a template cannot be called ${JSON.stringify(name)}`,
  hint: 'write 1 to 64 of a-z, 0-9 and -',
});

const nobody = (of: string, { entries }: WorkflowContext): Problem => ({
  code: 'nobody-selected',
  path: 'of',
  message: `no device has an id that begins with ${JSON.stringify(of)}`,
  hint: `write how an id begins; fleet entries are ${entries.map(({ id }) => id).join(', ')}`,
});

const bare = (name: string): string =>
  `template: nothing can be set of all devices of ${name} alike: its stages ask for nothing`;

/** What can be set of each of them, within the bounds of all. */
function commonTo(entries: ReadonlySet<number>, { settings }: WorkflowContext): Setting[] {
  const [first = [], ...others] = [...entries].map((entry) => settings[entry] ?? []);
  return first.flatMap((one) => {
    const alike = others.flatMap((all) => all.find(({ name }) => name === one.name) ?? []);
    if (alike.length < others.length) return [];
    const low = Math.max(one.low, ...alike.map((each) => each.low));
    const high = Math.min(one.high, ...alike.map((each) => each.high));
    return low <= high ? [{ ...one, low, high }] : [];
  });
}

function patchOf(settings: readonly Setting[], seed: number, name: string, stage: number) {
  const key = streamKey(seed, `template/${name}`);
  // One thing is set, at each stage the same.
  const setting = settings[Math.floor(unitAt(key, 0) * settings.length)];
  if (setting === undefined) return {};
  const { low, high } = setting;
  return { [setting.name]: onStep(low + (high - low) * unitAt(key, 1 + stage), setting) };
}

/** A device and what it was given, as the target lists it. */
interface Given {
  device: string;
  version: number;
  desired: unknown;
  steps: { version: number; template: string; stage: number; has: boolean }[];
}

const NOBODY = -1;

class TemplateStages implements Workflow {
  readonly #ports: WorkflowPorts;
  readonly #resolved: Resolved;
  /** The last stage that was asked for: they come one after the other. */
  #last: Promise<void> = Promise.resolve();
  #isOver = false;

  constructor(ports: WorkflowPorts, resolved: Resolved) {
    this.#ports = ports;
    this.#resolved = resolved;
    if (ports.shard !== 0) return;
    resolved.stages.forEach((stage, change) => {
      ports.wheel.add(stage.at, {
        fire: () => {
          this.#last = this.#last.then(async () => {
            // It may have been stopped while the one before was under way.
            if (!this.#isOver) await this.#ask(change, stage);
          });
          return Number.POSITIVE_INFINITY;
        },
      });
    });
  }

  stop(): void {
    this.#isOver = true;
  }

  /** A stage that was not begun is nobody's message, and owed to nobody. */
  account(): void {}

  async end(): Promise<void> {
    this.#isOver = true;
    await this.#last;
  }

  async readBack(): Promise<void> {
    await this.#last;
    const { ledger, readList } = this.#ports;
    const { name } = this.#resolved;
    await readList<Given>('template', laneQuery(this.#ports), (rows) => {
      for (const { device: id, version, desired, steps } of rows) {
        const device = ownDevice(this.#ports, id);
        if (device === null || !Number.isSafeInteger(version) || !Array.isArray(steps)) continue;
        ledger.write('template/read', {
          device,
          version,
          desired: JSON.stringify(desired ?? null),
        });
        for (const { template, stage, version: at, has } of steps) {
          if (template !== name || ![stage, at].every(Number.isSafeInteger)) continue;
          ledger.write('template/step', {
            device,
            template,
            stage,
            version: at,
            has: has === true,
          });
        }
      }
    });
  }

  async #ask(change: number, { permille, patch }: Stage): Promise<void> {
    const { ledger, target } = this.#ports;
    const { name: template, of } = this.#resolved;
    const said = { device: NOBODY, template, change };
    ledger.write('template/asked', { ...said, of, permille, patch: JSON.stringify(patch) });
    const body = {
      of,
      share: permille / 1000,
      desired: patch,
      who: 'template',
      token: `${change}`,
    };
    const { status, body: answer } =
      (await target.port('template')?.tell?.(encodeURIComponent(template), body)) ?? SILENT;
    const { version } = (answer ?? {}) as { version?: unknown };
    const stage = Number.isSafeInteger(version) ? Math.max(0, Number(version)) : 0;
    ledger.write('template/answered', { ...said, status, stage });
  }
}
