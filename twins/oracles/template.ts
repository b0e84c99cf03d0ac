/**
 * What templates give to devices: the stages that an operator asked for, in their order, and by the
 * target's own word at the end, which version of each device came with which stage, and whether the
 * device had the template then. Who has it at a share is the target's to choose, once: whoever has
 * it at one share has it at every larger one.
 */
import { isOf, type LedgerEntry, type Plan } from '#kernel';
import { defineOracle, type OracleFold } from './oracle.ts';
import { type AskedStage, type StageKnown, Stages } from './template/stages.ts';
import { isObject, type Json, readJson } from './twin/document.ts';

declare module './oracle.ts' {
  interface Oracles {
    template: TemplateOracle;
    'template/fleet': AskedTemplates;
  }
}

export default defineOracle({
  kind: 'template',
  summary: 'what templates should have given to each device, stage by stage',
  scope: 'lane',
  ops: ['template/step', 'template/read'],
  fleet: {
    ops: ['template/asked', 'template/answered'],
    start: () => new AskedTemplates(),
  },
  start: ({ plan, of }) => new TemplateOracle(plan, of('template/fleet')),
});

/** A version of a device that came with a stage of a template. */
export interface TemplateStep {
  template: string;
  stage: number;
  version: number;
  has: boolean;
  /** Null where nobody is known to have asked for such a stage. */
  known: StageKnown | null;
}

export interface TemplateRead {
  t: number;
  version: number;
  desired: Json | undefined;
}

/** What cannot be, of one device and one template. */
export interface Unsteady {
  template: string;
  stage: number;
  why: string;
}

/** All that was asked for, by template. */
export class AskedTemplates implements OracleFold {
  readonly #asked = new Map<string, AskedStage[]>();

  step(entry: LedgerEntry): void {
    const fields = entry as unknown as Readonly<Record<string, number | string>>;
    const name = String(fields.template);
    const stages = this.#asked.get(name) ?? [];
    this.#asked.set(name, stages);
    const change = Number(fields.change);
    const known = stages.find((one) => one.change === change);
    if ((entry.op as string) === 'template/asked') {
      if (known !== undefined) return;
      stages.push({
        change,
        of: String(fields.of),
        permille: Number(fields.permille),
        patch: readJson(String(fields.patch)),
        askedAt: entry.t,
        answeredAt: Number.POSITIVE_INFINITY,
        status: null,
        stage: 0,
      });
    } else if (known !== undefined && known.status === null) {
      const status = Number(fields.status);
      Object.assign(known, { status, stage: Number(fields.stage) });
      if (status > 0 && status < 500) known.answeredAt = entry.t;
    }
  }

  names(): string[] {
    return [...this.#asked.keys()].sort();
  }

  stagesOf(name: string): Stages {
    return new Stages(this.#asked.get(name) ?? []);
  }
}

export class TemplateOracle implements OracleFold {
  readonly #plan: Plan;
  readonly #asked: AskedTemplates;
  readonly #stages = new Map<string, Stages>();
  readonly #steps = new Map<
    number,
    { template: string; stage: number; version: number; has: boolean }[]
  >();
  readonly #reads = new Map<number, TemplateRead>();

  constructor(plan: Plan, asked: AskedTemplates) {
    this.#plan = plan;
    this.#asked = asked;
  }

  step(entry: LedgerEntry): void {
    const { device, t } = entry;
    const fields = entry as unknown as Readonly<Record<string, number | string | boolean>>;
    if ((entry.op as string) === 'template/step') {
      const steps = this.#steps.get(device) ?? [];
      this.#steps.set(device, steps);
      const [template, stage] = [String(fields.template), Number(fields.stage)];
      if (steps.some((one) => one.template === template && one.stage === stage)) return;
      steps.push({ template, stage, version: Number(fields.version), has: fields.has === true });
    } else if (!this.#reads.has(device)) {
      const desired = readJson(String(fields.desired));
      this.#reads.set(device, { t, version: Number(fields.version), desired });
    }
  }

  names(): string[] {
    return this.#asked.names();
  }

  /** By version. */
  steps(device: number): TemplateStep[] {
    return [...(this.#steps.get(device) ?? [])]
      .map((step) => ({ ...step, known: this.#stagesOf(step.template).at(step.stage) }))
      .sort((a, b) => a.version - b.version);
  }

  read(device: number): TemplateRead | null {
    return this.#reads.get(device) ?? null;
  }

  /** Stages that were accepted for devices like this one before it was read, and are not in it. */
  missing(device: number): { template: string; stage: number; t: number }[] {
    const id = this.#plan.devices[device]?.id ?? '';
    const steps = this.#steps.get(device) ?? [];
    const readAt = this.#reads.get(device)?.t ?? Number.POSITIVE_INFINITY;
    return this.names().flatMap((template) =>
      this.#stagesOf(template)
        .accepted()
        .filter(({ of, answeredAt }) => isOf(of, id) && answeredAt < readAt)
        .filter(
          ({ stage }) => !steps.some((one) => one.template === template && one.stage === stage),
        )
        .map(({ stage, answeredAt }) => ({ template, stage, t: answeredAt })),
    );
  }

  /** A stage for devices like this one may have come on top of a version, asked for before then. */
  mayHaveCome(device: number, from: number, before: number): boolean {
    const id = this.#plan.devices[device]?.id ?? '';
    const steps = (this.#steps.get(device) ?? []).filter(({ version }) => version <= from);
    const isIn = (template: string, stage: number): boolean =>
      steps.some((one) => one.template === template && one.stage === stage);
    return this.names().some((template) =>
      this.#stagesOf(template)
        .notRefused()
        .some(
          ({ of, askedAt, stage }) => isOf(of, id) && askedAt <= before && !isIn(template, stage),
        ),
    );
  }

  /** Where it has a template and should not, or the other way round; `count` were looked at. */
  unsteady(device: number): { count: number; wrong: Unsteady[] } {
    const id = this.#plan.devices[device]?.id ?? '';
    const wrong: Unsteady[] = [];
    const all = this.steps(device).filter(({ known }) => known !== null);
    for (const [at, { template, stage, has, known }] of all.entries()) {
      if (known === null) continue;
      const told = (why: string): void => void wrong.push({ template, stage, why });
      const owed = isOf(known.of, id);
      const share = `${known.permille / 10} %`;
      if (has && (!owed || known.permille === 0)) told(`has it, and is none of its devices`);
      else if (!has && owed && known.permille === 1000) told(`has it not, and ${share} do`);
      const before = all.slice(0, at).findLast((one) => one.template === template);
      if (before?.known === null || before?.known === undefined || before.known.of !== known.of)
        continue;
      const was = `${before.known.permille / 10} %`;
      if (before.has && !has && before.known.permille <= known.permille)
        told(`had it at ${was}, and at ${share} no more`);
      if (!before.has && has && before.known.permille >= known.permille)
        told(`had it not at ${was}, and has it at ${share}`);
    }
    return { count: all.length, wrong };
  }

  /** What a template says at a stage; null where that is not known. */
  documentAt(template: string, stage: number): { readonly [key: string]: Json } | null {
    const document = this.#stagesOf(template).documentAt(stage);
    return isObject(document) ? document : null;
  }

  #stagesOf(name: string): Stages {
    let stages = this.#stages.get(name);
    if (stages === undefined) {
      stages = this.#asked.stagesOf(name);
      this.#stages.set(name, stages);
    }
    return stages;
  }
}
