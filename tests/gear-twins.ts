/**
 * What sim and sockets must agree on of gateways, their children and twins: which messages of each
 * stream were sent, were left out and arrived, which version each twin has in the end, and the
 * documents themselves, as they were read back, as they lie in the platform's file, and as the device
 * has them.
 *
 * All of that hangs on the order of causes alone, as long as nothing that is compared hangs on a
 * race: changes come half a second away from the edges of every fault, one writer makes them, and a
 * device that asks is answered long before it would ask again. So it is compared exactly. Left out
 * is what is a matter of the clock: when a change was made, when a message arrived, and the values
 * of readings, since the physics of a room goes on from the instant in which it is set.
 */
import { DatabaseSync } from 'node:sqlite';
import type { Plan } from '#kernel';
import type { LedgerLine } from './sandbox.ts';

/** Sites in each of two regions; each has one gateway with ten children, and six rooms. */
export const twinScene = (sites: number): string => `twinstorm: 1
name: gear-twins
about: Twins of children and of rooms are changed while their regions are cut off.
seed: 5
time: { warmup: 3s, steady: 9s, chaos: 9s, settle: 8s, drain: 3s }
topology: { regions: { north: { sites: ${sites} }, south: { sites: ${sites} } } }
fleet:
  - { id: gates, model: gateway, count: 1, per: site, every: 1s, ${LINK}, session: persistent }
  - { id: boxes, model: cold-chain-fridge, count: 10, per: gateway, via: gates, every: 1s }
  - { id: rooms, model: room-thermostat, count: 6, per: site, every: 1s, ${LINK},
      parts: [{ cadence: { most: 4 } }] }
workflows:
  - gateway
  - template: { name: cold, of: boxes, stages: [50%, 100%], anew: true, pause: 3s, at: steady+1s }
  - template: { name: late, of: rooms, at: chaos+6s }
  - twin: { waves: { step: 25%, pause: 1s, at: steady+2500ms }, storm: { at: chaos+2s } }
chaos:
  - { id: north-off, at: chaos+500ms, for: 3s, fault: outage, where: { region: north } }
  - { id: south-cut, at: chaos+5s, for: 2s, fault: partition, where: { region: south } }
expect: [{ twin-converged: { within: 5s } }, twin-true, twin-applied, twin-kept, gateway-kept]
report: [json]
`;

const LINK = 'keep-alive: 4s, backoff: { base: 200ms, cap: 1s }';

/** What one run left behind. */
export interface TwinRun {
  plan: Plan;
  lines: readonly LedgerLine[];
  /** The platform's file. */
  store: string;
}

/** Of a device, or of a template, by what is told of it. */
type Told = Map<string, string>;

export interface Agreement {
  /** How many things were compared, by what they are. */
  compared: ReadonlyMap<string, number>;
  differences: readonly string[];
}

/** What must be the same in two runs of one plan. */
export function agreement(one: TwinRun, other: TwinRun): Agreement {
  const [ours, theirs] = [toldIn(one), toldIn(other)];
  const compared = new Map<string, number>();
  const differences: string[] = planOf(one) === planOf(other) ? [] : ['the plans differ'];
  for (const key of new Set([...ours.keys(), ...theirs.keys()])) {
    const what = key.slice(key.indexOf(' ') + 1);
    compared.set(what, (compared.get(what) ?? 0) + 1);
    const [mine = NOTHING, its = NOTHING] = [ours.get(key), theirs.get(key)];
    if (mine !== its) differences.push(`${key}: ${mine}, and ${its}`);
  }
  return { compared, differences };
}

const NOTHING = 'nothing';

/** But for what says in which time it runs, and with which planted bug. */
const planOf = ({ plan: { gear: _, replay: __, firmware: ___, target, ...plan } }: TwinRun) =>
  JSON.stringify({ ...plan, target: { ...target, mutant: null } });

function toldIn(run: TwinRun): Told {
  const told: Told = new Map();
  for (const { id } of run.plan.devices) {
    const own = run.lines.filter(({ device }) => device === id);
    addMessages(told, id, own, run.plan);
    addRead(told, id, own);
  }
  addStored(told, run.store);
  return told;
}

const ARRIVES = { store: 'stored', observer: 'observed', device: 'received' } as const;

/** By number, each once: what is sent again is the same message. */
function addMessages(told: Told, id: string, lines: readonly LedgerLine[], { streams }: Plan) {
  for (const { name, arrives } of streams) {
    const own = lines.filter(({ stream }) => stream === name);
    const numbers = (op: string): string => {
      const of = own.filter((line) => line.op === op).map(({ n, why = '' }) => `${n} ${why}`);
      return [...new Set(of)]
        .sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10))
        .join();
    };
    told.set(`${id} ${name} sent`, numbers('sent'));
    told.set(`${id} ${name} not sent`, numbers('not-sent'));
    told.set(`${id} ${name} arrived`, numbers(ARRIVES[arrives]));
  }
}

/** As the platform answered whoever read it back, and how the device is truly set by then. */
function addRead(told: Told, id: string, lines: readonly LedgerLine[]): void {
  const [read] = lines.filter(({ op }) => op === 'twin/read');
  for (const what of ['version', 'known', 'desired', 'reported']) {
    told.set(`${id} ${what}`, read === undefined ? NOTHING : String(read[what]));
  }
  const held = lines.findLast(({ op, why }) => op === 'twin/holds' && why === 'end');
  for (const what of ['version', 'settings', 'refused']) {
    told.set(`${id} held ${what}`, held === undefined ? NOTHING : String(held[what]));
  }
}

/** What is kept beside that is read back by nobody: it is looked up in the file. */
function addStored(told: Told, file: string): void {
  const store = new DatabaseSync(file, { readOnly: true });
  const add = (sql: string, what: string): void => {
    for (const { whose, ...row } of store.prepare(sql).all()) {
      const key = `${whose} ${what}`;
      told.set(key, `${told.get(key) ?? ''}${JSON.stringify(row)}`);
    }
  };
  add('SELECT device AS whose, own, changed, refused FROM twins ORDER BY device', 'metadata');
  add(
    `SELECT device AS whose, version, who, why, token, patch, template, stage, has
       FROM twin_changes ORDER BY device, version`,
    'history',
  );
  add('SELECT name AS whose, * FROM twin_templates ORDER BY name', 'template');
  store.close();
}
