/** What a target made of alarms, read back when a run is over: each with its whole history. */
import { countIn, isOwn, laneQuery, listOf, ownDevice } from '../own-rows.ts';
import type { WorkflowPorts } from '../workflow.ts';

interface Listed {
  device: string;
  alarms: {
    id: number;
    rule: string;
    subject: string;
    state: string;
    number: number;
    shelvedUntil: number | null;
    chatter: Stretch[];
    history: Event[];
  }[];
}

interface Event {
  place: number;
  event: string;
  number: number;
  at: number;
  by?: string;
  token?: string;
  what?: string;
  about?: number;
  until?: number;
  since?: number;
  moment?: number;
}

interface Stretch {
  from: number;
  to: number;
  told: number;
}

type Bounds = Readonly<Record<string, unknown>>;

const NOBODY = -1;
const PORT = 'alarms';

export async function readAlarms(ports: WorkflowPorts): Promise<void> {
  const { plan, ledger, readList, shard } = ports;
  const isWhole = await readList<Listed>(PORT, laneQuery(ports), (rows) => {
    for (const { device: id, alarms } of rows) {
      const device = ownDevice(ports, id);
      if (device === null) continue;
      for (const alarm of listOf(alarms)) writeAlarm(ports, device, alarm);
    }
  });
  if (isWhole) {
    plan.devices.forEach((_, device) => {
      if (isOwn(ports, device)) ledger.write('alarms/whole', { device });
    });
  }
  if (shard === 0) await readCounts(ports);
}

function writeAlarm({ ledger }: WorkflowPorts, device: number, alarm: Listed['alarms'][number]) {
  const { id, rule, subject, state, number, shelvedUntil, chatter, history } = alarm;
  const own = { device, instance: countIn(id) };
  const which = { rule: String(rule), subject: String(subject), state: String(state) };
  const until = countIn(shelvedUntil ?? 0);
  ledger.write('alarms/instance', { ...own, ...which, number: countIn(number), until });
  for (const { place, event, number: time, at, ...more } of listOf(history)) {
    const { by = '', token = '', what = '', about, since, moment } = more;
    const told = { place: countIn(place), event: String(event), number: countIn(time) };
    const who = { by: String(by), token: String(token), what: String(what) };
    const times = { at: countIn(at), until: countIn(more.until), since: countIn(since) };
    const rest = { about: countIn(about), moment: countIn(moment) };
    ledger.write('alarms/event', { ...own, ...told, ...who, ...times, ...rest });
  }
  for (const { from, to } of listOf(chatter)) {
    ledger.write('alarms/chatter', { ...own, from: countIn(from), to: countIn(to) });
  }
}

/** Of all alarms together. */
async function readCounts({ ledger, target, now: runNow }: WorkflowPorts): Promise<void> {
  const port = target.port(PORT);
  const asked = Math.floor(runNow());
  const bounds = await port?.get({}, 'bounds');
  if (bounds?.status !== 200) return;
  const { now, bounds: all } = bounds.body as { now?: unknown; bounds?: Bounds[] };
  if (typeof now === 'number') {
    ledger.write('alarms/clock', { device: NOBODY, asked, now: countIn(now) });
  }
  for (const { place, floodMore, floodMs, chatterTimes, chatterMs } of listOf(all)) {
    ledger.write('alarms/bounds', {
      ...{ device: NOBODY, place: countIn(place), floodMore: countIn(floodMore) },
      ...{ floodMs: countIn(floodMs), chatterTimes: countIn(chatterTimes) },
      chatterMs: countIn(chatterMs),
    });
  }
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page = await port?.get(cursor === '' ? {} : { cursor }, 'floods');
    if (page?.status !== 200) return;
    const { floods, next } = page.body as { floods?: Stretch[]; next?: unknown };
    for (const { from, to, told } of listOf(floods)) {
      const stretch = { from: countIn(from), to: countIn(to), told: countIn(told) };
      ledger.write('alarms/flood', { device: NOBODY, ...stretch });
    }
    // A page that is its own successor would never end.
    cursor = typeof next === 'string' && next !== cursor ? next : null;
  }
  ledger.write('alarms/counted', { device: NOBODY });
}
