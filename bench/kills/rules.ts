/**
 * A flood of alarms: readings as fast as they are acknowledged, of which each second one raises an
 * alarm and each other one clears it, and a rule that waits for three in a row. What was
 * acknowledged must be stored, and of what is stored each alarm must be there once.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Random } from '#kernel';
import {
  type Publisher,
  pagesOf,
  publishFast,
  type Server,
} from '../../twins/platform/testing/server.ts';
import { deviceAccount, topicOf } from '../../twins/platform/testing/twin.ts';
import type { KillWord } from './kill-word.ts';

const DEVICES = 16;
const RULES = {
  high: { of: '', when: 'level > 5.0', clear: 'level < 2.0' },
  odd: { of: '', when: 'third == 1.0', clear: 'third == 0.0', forMs: 1 },
};
/** In milliseconds of their own time, of which none is ahead of the platform's. */
const payloadOf = (n: number): string => {
  const v = { level: n % 2 === 0 ? 6 : 1, third: n % 5 < 2 ? 1 : 0 };
  return JSON.stringify({ n, e: 1, t: n, v });
};

interface Stored {
  device: string;
  n: number;
  intended: number;
  received: number;
}

interface Listed {
  device: string;
  alarms: { rule: string; since: number; at: number; cleared: number | null }[];
}

export default class Rules implements KillWord {
  readonly #random: Random;
  readonly #ids = Array.from({ length: DEVICES }, (_, index) => `pumps/south-1/${index}`);
  readonly #next = new Map(this.#ids.map((id) => [id, 0]));
  readonly #acked = new Set<string>();
  #alarms = 0;
  #busyMs = 0;
  readonly accounts = this.#ids.map((id) => deviceAccount(id));

  constructor(random: Random) {
    this.#random = random;
  }

  async meet(at: Server, isFirst: boolean): Promise<void> {
    if (!isFirst) return;
    for (const [name, rule] of Object.entries(RULES)) {
      const url = `http://127.0.0.1:${at.ready.http}/rules/${name}`;
      const { status } = await fetch(url, { method: 'POST', body: JSON.stringify(rule) });
      if (status !== 200) throw new Error(`the rule ${name} is answered with ${status}`);
    }
    await pause(5);
  }

  async play(at: Server): Promise<void> {
    const startedAt = performance.now();
    const publishers = this.#ids.map((id) =>
      publishFast(
        at.ready.mqtt,
        id,
        topicOf(id, 'telemetry'),
        this.#next.get(id) ?? 0,
        16,
        payloadOf,
      ),
    );
    await Promise.all(publishers.map((each) => each.connected));
    await pause(this.#random.between(50, 400));
    await at.kill();
    this.#busyMs += performance.now() - startedAt;
    await Promise.all(publishers.map((each) => each.closed));
    this.#bookkeep(publishers);
  }

  figures(): string {
    const rate = Math.round((this.#acked.size / this.#busyMs) * 60_000);
    return `${this.#acked.size} readings acknowledged, ${rate} a minute; ${this.#alarms} alarms`;
  }

  async missing(at: Server): Promise<string[]> {
    const rows = await pagesOf<Stored>(at, '/telemetry?payload=1&', 'rows');
    const listed = await pagesOf<Listed>(at, '/rules?', 'rules');
    const stored = new Map<string, Stored[]>();
    for (const row of rows) stored.set(row.device, [...(stored.get(row.device) ?? []), row]);
    const names = new Set(rows.map(({ device, n }) => `${device} ${n}`));
    const wrong = [...this.#acked].filter((name) => !names.has(name));
    for (const { device, alarms } of listed) {
      this.#alarms += alarms.length;
      for (const rule of Object.keys(RULES)) {
        const told = alarms.filter((one) => one.rule === rule).map(textOf);
        const due = dueOf(rule, stored.get(device) ?? []).map(textOf);
        if (new Set(told).size < told.length) wrong.push(`${device}: ${rule} is raised twice`);
        const missing = due.filter((one) => !told.includes(one));
        const spare = told.filter((one) => !due.includes(one));
        wrong.push(...missing.map((one) => `${device}: ${rule} of ${one} is missing`));
        wrong.push(...spare.map((one) => `${device}: ${rule} of ${one} is for nothing`));
      }
    }
    return wrong;
  }

  #bookkeep(publishers: readonly Publisher[]): void {
    publishers.forEach((publisher, index) => {
      for (const name of publisher.acked) this.#acked.add(name);
      this.#next.set(this.#ids[index] ?? '', publisher.next);
    });
  }
}

const textOf = ({ since, at, cleared }: Omit<Listed['alarms'][number], 'rule'>): string =>
  `${since}-${at}-${cleared}`;

/** By the readings in the order in which they came. */
function dueOf(rule: string, rows: readonly Stored[]) {
  const isSo = (n: number): boolean => (rule === 'high' ? n % 2 === 0 : n % 5 < 2);
  const sorted = [...rows].sort((a, b) => a.received - b.received || a.intended - b.intended);
  const alarms: { since: number; at: number; cleared: number | null }[] = [];
  let [since, open, last] = [-1, false, -1];
  for (const { n, intended: at } of sorted) {
    if (at <= last) continue;
    last = at;
    const alarm = alarms.at(-1);
    if (open && alarm !== undefined) {
      if (!isSo(n)) [alarm.cleared, open, since] = [at, false, -1];
      continue;
    }
    if (!isSo(n)) since = -1;
    else if (since < 0) since = at;
    if (since < 0 || at - since < (rule === 'high' ? 0 : 1)) continue;
    alarms.push({ since, at, cleared: null });
    open = true;
  }
  return alarms;
}
