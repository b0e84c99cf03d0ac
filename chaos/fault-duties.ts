/**
 * What every fault owes: it resolves purely and to toxics that every engine takes, and whatever it
 * does to links, targets and devices is taken back, once, also when it fails on the way.
 */
import { type Duty, defaultsOf, type FaultPlan, type ParamValues, readParams } from '#kernel';
import type { FaultActions, FaultKind, Undo } from './fault.ts';
import { TOXIC_KINDS } from './toxic-kinds.ts';

export const duties: readonly Duty<FaultKind>[] = [
  {
    says: 'resolves with its defaults, and the same each time',
    flaws: (kind) => {
      const missing = readParams(kind.params, {}).flaws.map(({ message }) => message);
      if (missing.length > 0) return missing;
      const params = Object.freeze(defaultsOf(kind.params));
      const [first, second] = [kind.resolve(params), kind.resolve(params)];
      const same = JSON.stringify(first) === JSON.stringify(second);
      return same ? [] : ['resolve gives another effect the second time'];
    },
  },
  {
    says: 'does to links, on a bus, to parts and inside the target what it says that it acts on',
    flaws: (kind) =>
      variationsOf(kind).flatMap((params) => {
        const { bus, down, inside, packets, part, toxics } = kind.resolve(params);
        const touches = down || toxics.length > 0 || packets !== undefined;
        if ((kind.acts === 'bus') !== (bus !== undefined)) {
          return ['who acts on a bus says what it does there, and nobody else'];
        }
        if ((kind.acts === 'part') !== (part !== undefined)) {
          return ['who acts on a part says what it does to it, and nobody else'];
        }
        if ((kind.acts === 'inside') !== (inside !== undefined)) {
          return ['who acts inside the target says what it does there, and nobody else'];
        }
        if (kind.acts === 'link') return touches ? [] : ['acts on links, and does nothing to them'];
        return touches ? [`acts on the ${kind.acts}, and has toxics or takes links down`] : [];
      }),
  },
  {
    says: 'makes toxics that every engine takes, whatever its parameters',
    flaws: (kind) =>
      variationsOf(kind).flatMap((params) => kind.resolve(params).toxics.flatMap(toxicFlaws)),
  },
  {
    says: 'is taken back by its undo, once, however often that is called',
    flaws: async (kind) => {
      const actions = new CountedActions();
      const undo = await inject(kind, actions);
      const acts = actions.active.length;
      const wanted = kind.acts === 'link' ? COHORTS.length : 1;
      if (acts !== wanted) return [`inject does ${acts} things, and not ${wanted}`];
      await undo();
      await undo();
      await Promise.all([undo(), undo()]);
      return [...left(actions), ...(actions.undone === acts ? [] : ['it takes things back twice'])];
    },
  },
  {
    says: 'leaves nothing behind when it fails on the way',
    flaws: (kind) =>
      eachCall(kind, async (call) => {
        const actions = new CountedActions({ call, undo: false });
        const injected = await inject(kind, actions).then(
          () => ['it does not say that it failed'],
          () => [],
        );
        return [...injected, ...left(actions)];
      }),
  },
  {
    says: 'says when it could not be taken back, undoes the rest, and can be asked again',
    flaws: (kind) =>
      eachCall(kind, async (call) => {
        const actions = new CountedActions({ call, undo: true });
        const undo = await inject(kind, actions);
        const told = await undo().then(
          () => ['it does not say that something could not be taken back'],
          () => [],
        );
        const rest =
          actions.active.length === 1 ? [] : ['one failure keeps others from being undone'];
        await undo();
        return [...told, ...rest, ...left(actions)];
      }),
  },
];

const COHORTS = [3, 1, 4];

const inject = (kind: FaultKind, actions: FaultActions): Promise<Undo> =>
  kind.inject(actions, faultPlanOf(kind, defaultsOf(kind.params), COHORTS));

const left = ({ active }: CountedActions): string[] =>
  active.length === 0 ? [] : [`it leaves behind: ${active.join(', ')}`];

/** With each of the things that it does failing in turn. */
async function eachCall(
  kind: FaultKind,
  check: (call: number) => Promise<string[]>,
): Promise<string[]> {
  const calls = kind.acts === 'link' ? COHORTS.length : 1;
  for (let call = 1; call <= calls; call++) {
    const flaws = await check(call);
    if (flaws.length > 0) return flaws;
  }
  return [];
}

/** Actions that do nothing but remember what is done and not yet undone. */
class CountedActions implements FaultActions {
  readonly active: string[] = [];
  undone = 0;
  #calls = 0;
  readonly #failing: { call: number; undo: boolean };

  /**
   * `call` is the number of the call that fails, from 1; `undo`: its undo fails, once, and not
   * itself.
   */
  constructor(failing = { call: 0, undo: false }) {
    this.#failing = failing;
  }

  addToxics = (cohort: number): Promise<Undo> => this.#do(`toxics on ${cohort}`);
  tap = (cohort: number): Promise<Undo> => this.#do(`tap of ${cohort}`);
  disableLink = (cohort: number): Promise<Undo> => this.#do(`down ${cohort}`);
  killTarget = (): Promise<Undo> => this.#do('target');
  trouble = ({ id }: FaultPlan): Promise<Undo> => this.#do(`inside for ${id}`);
  useHand = ({ id }: FaultPlan): Promise<Undo> => this.#do(`hand for ${id}`);
  cutPower = (devices: readonly number[]): Promise<Undo> => this.#do(`power of ${devices}`);
  strike = ({ devices }: FaultPlan): Promise<Undo> => this.#do(`to ${devices}`);

  async #do(what: string): Promise<Undo> {
    const isFailing = ++this.#calls === this.#failing.call;
    if (isFailing && !this.#failing.undo) throw new Error('cannot do that');
    this.active.push(what);
    let fails = isFailing;
    return async () => {
      if (fails) {
        fails = false;
        throw new Error('cannot undo that');
      }
      this.undone++;
      this.active.splice(this.active.indexOf(what), 1);
    };
  }
}

function toxicFlaws({ attributes, stream, type }: FaultPlan['toxics'][number]): string[] {
  const specs = TOXIC_KINDS.get(type)?.attributes;
  if (specs === undefined) return [`there is no toxic '${type}'`];
  return [
    ...(['upstream', 'downstream'].includes(stream) ? [] : [`a toxic goes ${stream}`]),
    ...Object.entries(attributes).flatMap(([name, value]) => {
      const max = specs[name]?.max;
      if (max === undefined) return [`the toxic ${type} has no '${name}'`];
      const fits = Number.isSafeInteger(value) && value >= 0 && value <= max;
      return fits ? [] : [`${name} of the toxic ${type} is ${value}, not a whole number to ${max}`];
    }),
  ];
}

/** As a plan would hold it. */
export function faultPlanOf(kind: FaultKind, params: ParamValues, cohorts = [0]): FaultPlan {
  const { bus, down, inside, packets, part, proof, toxics } = kind.resolve(params);
  const { acts, kind: fault } = kind;
  const felt = {
    ...(packets === undefined ? {} : { packets }),
    ...(bus === undefined ? {} : { bus }),
    ...(part === undefined ? {} : { part }),
    ...(inside === undefined ? {} : { inside }),
  };
  const shared = { params, proof, toxics, down, ...felt };
  return { id: 'f', fault, from: 0, to: 1, acts, cohorts, devices: [1, 2], ...shared };
}

/** Its defaults, and each parameter at its edges. */
export function variationsOf(kind: FaultKind): ParamValues[] {
  const variations = [defaultsOf(kind.params)];
  for (const [key, param] of Object.entries(kind.params)) {
    const edges: unknown[] = [];
    if (param.kind === 'choice') edges.push(...param.of);
    if (param.kind === 'duration') edges.push(param.min, param.max);
    if (param.kind === 'bytes-per-second') edges.push('1B/s', '999B/s', '1500B/s', '100MB/s');
    for (const edge of edges.filter((one) => one !== undefined)) {
      const { flaws, values } = readParams(kind.params, { [key]: edge });
      if (flaws.length > 0) throw new Error(`${kind.kind} does not take ${key}: ${edge}`);
      variations.push(values);
    }
  }
  return variations;
}
