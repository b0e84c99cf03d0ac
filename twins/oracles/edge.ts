/**
 * What each gateway with a control loop should have switched: from what it heard of its children,
 * from when it had power and an uplink, and from how it was set by the plan and by the messages
 * that reached it. Its own word of its settings is compared, and not believed.
 */
import { dueAt, type EntryPlan, type LedgerEntry, type Plan, streamNamed } from '#kernel';
import { type LoopRules, type LoopSettings, type LoopStory, OneLoop } from './edge/one-loop.ts';
import { defineOracle } from './oracle.ts';
import { overlaps, type Timeline } from './timeline.ts';

declare module './oracle.ts' {
  interface Oracles {
    edge: EdgeOracle;
  }
}

export default defineOracle({
  kind: 'edge',
  summary: 'what control loops of gateways should have switched, and how they are set',
  scope: 'lane',
  ops: [
    'edge/read',
    'edge/switched',
    'edge/set',
    'twin/holds',
    'received',
    'boot',
    'off',
    'state',
    'online',
    'offline',
  ],
  start: ({ plan, timeline }) => new EdgeOracle(plan, timeline),
});

/** What takes a device's memory with it. */
const FALLEN = ['power.off', 'power.dead', 'power.resetting'];
const ASLEEP = 'connection.sleeping';
/** Within these a setting is taken over, where the entry says nothing narrower. */
const BOUNDS = { setpoint: [-100, 1000], hysteresis: [0.01, 10] } as const;

/** What an op of the part holds, each its own. */
interface Told {
  child: number;
  n: number;
  value: string;
  on: string | boolean;
  done: boolean;
  settings: string;
  why: string;
}

export class EdgeOracle {
  readonly #plan: Plan;
  readonly #timeline: Timeline;
  readonly #loops = new Map<number, OneLoop>();
  /** Children whose program does not run. */
  readonly #down = new Set<number>();
  /** And those that rest, and hear nothing. */
  readonly #asleep = new Set<number>();
  readonly #stream: number;
  /** What each message says, in turn. */
  readonly #settings: readonly unknown[];
  readonly #until: number;

  constructor(plan: Plan, timeline: Timeline) {
    this.#plan = plan;
    this.#timeline = timeline;
    this.#stream = streamNamed(plan, 'edge-setting')?.code ?? -1;
    const resolved = plan.workflows.find(({ workflow }) => workflow === 'edge')?.resolved;
    const { settings } = (resolved ?? {}) as { settings?: unknown };
    this.#settings = Array.isArray(settings) ? settings : [];
    this.#until = timeline.phase('drain')?.from ?? timeline.end;
  }

  step(entry: LedgerEntry): void {
    const { op, t, device } = entry;
    const loop = this.#at(device);
    if (loop === null) return this.#ofChild(entry);
    const told = entry as unknown as Told;
    if (op === 'edge/read') this.#read(loop, t, told);
    else if (op === 'edge/switched') {
      const { child, on, done } = told;
      const isDown = this.#down.has(child) || this.#asleep.has(child);
      loop.switched({ t, child, isOn: on === true, done, isDown }, settingsIn(told.settings));
      // Another gateway that hears the child, too, need not find it as it made it.
      if (told.done) this.#meddled(told.child, device);
    } else if (op === 'edge/set') {
      if (told.why === 'set') loop.wasSet(t, settingsIn(told.settings));
      else loop.isSet(t, settingsIn(told.settings));
    } else if (op === 'twin/holds') loop.holds(t, partOf(told.settings));
    else if (op === 'boot') loop.booted(t);
    else if (op === 'state') {
      if (FALLEN.includes(entry.state)) loop.fell(t);
    } else if (op === 'online' || op === 'offline') loop.uplink(op === 'online');
    else if (op === 'received' && entry.stream === this.#stream) {
      loop.told(t, entry.n, this.#saysAt(entry.n, device));
    }
  }

  /** All that is known of it once the ledger is read; null of what controls nothing. */
  of(device: number): LoopStory | null {
    return this.#at(device)?.story(this.#until) ?? null;
  }

  #read(loop: OneLoop, t: number, { child, n, value, on }: Told): void {
    const telemetry = streamNamed(this.#plan, 'telemetry');
    const at = telemetry === undefined ? null : dueAt(this.#plan, telemetry, child, n);
    const isOn = on === '' ? null : on === 'true';
    const from = at === null ? t : at * 1000;
    const mayRepeat = this.#timeline
      .faultsOn(child)
      .some((fault) => fault.plan.bus?.stale === true && overlaps(fault, { from, to: t + 1 }));
    loop.read(t, { child, n, value: Number(value), isOn, at: from, mayRepeat });
  }

  /** Whoever lost its power, or was told something by others, may be otherwise than it was made. */
  #ofChild(entry: LedgerEntry): void {
    const { op, device } = entry;
    if (op === 'state' && entry.state.startsWith('connection.')) {
      if (entry.state === ASLEEP) this.#asleep.add(device);
      else this.#asleep.delete(device);
      return;
    }
    const isFallen = op === 'state' && FALLEN.includes(entry.state);
    if (isFallen || op === 'off') this.#down.add(device);
    else if (op === 'boot') this.#down.delete(device);
    else if (op !== 'received') return;
    this.#meddled(device, null);
  }

  /** Something was made of a child by one of its gateways, or by none. */
  #meddled(child: number, by: number | null): void {
    const { via, fallBack } = this.#plan.devices[child] ?? {};
    for (const gateway of [via, fallBack]) {
      if (typeof gateway === 'number' && gateway !== by) this.#at(gateway)?.childFell(child);
    }
  }

  #saysAt(n: number, device: number): Partial<LoopSettings> | null {
    const said = this.#settings[n % Math.max(1, this.#settings.length)];
    if (typeof said !== 'object' || said === null) return null;
    const entry = this.#plan.entries[this.#plan.devices[device]?.entry ?? -1];
    const params = entry?.parts.find(({ kind }) => kind === 'edge')?.params ?? {};
    const [least, most] = BOUNDS.setpoint;
    const setpoint = [Number(params.low ?? least), Number(params.high ?? most)] as const;
    const isFine = Object.entries({ ...BOUNDS, setpoint }).every(([name, [low, high]]) => {
      const value = (said as Record<string, unknown>)[name];
      return value === undefined || (Number(value) >= low && Number(value) <= high);
    });
    return isFine ? (said as Partial<LoopSettings>) : null;
  }

  #at(device: number): OneLoop | null {
    const known = this.#loops.get(device);
    if (known !== undefined) return known;
    const row = this.#plan.devices[device];
    // Who is carried has no children that it could hear.
    const rules =
      (row?.via ?? null) === null ? rulesOf(this.#plan.entries[row?.entry ?? -1]) : null;
    if (rules === null) return null;
    const loop = new OneLoop(rules);
    this.#loops.set(device, loop);
    return loop;
  }
}

function rulesOf(entry: EntryPlan | undefined): LoopRules | null {
  const params = entry?.parts.find(({ kind }) => kind === 'edge')?.params;
  if (params === undefined) return null;
  const { way, reaction, stale, memory, setpoint, hysteresis } = params;
  return {
    isHeating: way === 'heats',
    reactionUs: Number(reaction) * 1000,
    staleUs: Number(stale) * 1000,
    keeps: memory === 'flash',
    factory: { setpoint: Number(setpoint), hysteresis: Number(hysteresis) },
  };
}

/** Of what a twin holds, what is this part's. */
function partOf(text: string): Partial<LoopSettings> {
  const settings = settingsIn(text);
  return settings === null ? {} : settings;
}

/** Null for what is no settings. */
function settingsIn(text: string): LoopSettings | null {
  try {
    const said = JSON.parse(text) as Partial<LoopSettings> | null;
    const { setpoint, hysteresis } = said ?? {};
    if (typeof setpoint !== 'number' || typeof hysteresis !== 'number') return null;
    return { setpoint, hysteresis };
  } catch {
    return null;
  }
}
