/**
 * Campaigns, one after the other, over devices that take what they are offered and say how it
 * ended: most keep it, some fail. Once a device was acknowledged for how an attempt ended, that is
 * how it ended, once; what was offered, decided and done is the same in each life; no offer comes
 * faster than the campaign may; and nobody who has it is offered it again.
 */
import { connect as dial } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { Random } from '#kernel';
import { CAMPAIGN } from '../../twins/platform/testing/lives/ota.ts';
import type { Server } from '../../twins/platform/testing/server.ts';
import {
  connectThrough,
  deviceAccount,
  type TestClient,
  topicOf,
} from '../../twins/platform/testing/twin.ts';
import type { KillWord } from './kill-word.ts';

const DEVICES = 40;
/** One each 75 ms, so that a campaign goes over some kills. */
const RATE = 800;
const SPACING_MS = 60_000 / RATE - 1;
const FAILS_PERCENT = 8;
const ENDS_MS = 30_000;

const SPEC = {
  ...CAMPAIGN,
  waves: [100_000, 400_000, 1_000_000],
  ...{ success: 700_000, errors: 300_000, withinMs: 60_000, timeoutMs: 30_000, tries: 2 },
  rate: RATE,
};

interface Ended {
  campaign: string;
  attempt: number;
  status: string;
  why: string;
}

interface Device {
  /** Attempts that it began, by campaign. */
  readonly begun: string[];
  last: Ended | null;
  n: number;
}

interface Row {
  device: string;
  offered: { campaign: string; attempt: number; at: number }[];
  settled: (Ended & { at: number })[];
}

export default class Ota implements KillWord {
  readonly #random: Random;
  readonly #ids = Array.from({ length: DEVICES }, (_, index) => `pumps/south-1/${index}`);
  readonly #devices = new Map<string, Device>(
    this.#ids.map((id) => [id, { begun: [], last: null, n: 0 }]),
  );
  /** Device, campaign and attempt → how it ended and was acknowledged for. */
  readonly #acknowledged = new Map<string, string>();
  /** Whatever was read once, by what it is about: it is the same in each life. */
  readonly #read = new Map<string, string>();
  readonly #wrong = new Set<string>();
  #campaigns = 0;
  readonly accounts = this.#ids.map((id) => deviceAccount(id));

  constructor(random: Random) {
    this.#random = random;
  }

  meet(at: Server): Promise<void> {
    return this.#look(at);
  }

  async play(at: Server): Promise<void> {
    await this.#goOn(at);
    const clients = await Promise.all(this.#ids.map((id) => this.#comes(at, id)));
    await pause(this.#random.between(50, 700));
    await at.kill();
    await Promise.all(clients.map((client) => client.drop()));
  }

  figures(): string {
    const ended = `${this.#acknowledged.size} endings of ${DEVICES} devices acknowledged`;
    return `${ended} in ${this.#campaigns} campaigns`;
  }

  async missing(at: Server): Promise<string[]> {
    const clients = await Promise.all(this.#ids.map((id) => this.#comes(at, id)));
    const until = performance.now() + ENDS_MS;
    while ((await this.#state(at)) === 'running' && performance.now() < until) await pause(100);
    await pause(500);
    await this.#look(at);
    if ((await this.#state(at)) === 'running') this.#wrong.add('the last campaign does not end');
    for (const [about, status] of this.#acknowledged) {
      const kept = this.#read.get(`settled ${about}`)?.split(' ')[0];
      if (kept !== status) this.#wrong.add(`${about} ended as ${status}, and is kept as ${kept}`);
    }
    await Promise.all(clients.map((client) => client.end()));
    return [...this.#wrong];
  }

  #name(): string {
    return `c${this.#campaigns}`;
  }

  async #state(at: Server): Promise<string> {
    if (this.#campaigns === 0) return 'none';
    const { state } = (await at.get(`/ota/${this.#name()}`)) as { state: string };
    return state;
  }

  /** The next campaign, when the one before has ended. */
  async #goOn(at: Server): Promise<void> {
    if ((await this.#state(at)) === 'running') return;
    this.#campaigns++;
    const url = `http://127.0.0.1:${at.ready.http}/ota/${this.#name()}`;
    const { status } = await fetch(url, { method: 'POST', body: JSON.stringify(SPEC) });
    if (status !== 200) this.#wrong.add(`${this.#name()} is refused: ${status}`);
  }

  async #comes(at: Server, id: string): Promise<TestClient> {
    const tcp = (): unknown => dial(at.ready.mqtt, '127.0.0.1');
    const client = await connectThrough(tcp, id, { clean: false });
    if (!client.sessionPresent) await client.subscribe(topicOf(id, 'ota-notify'), 1);
    client.mqtt.on('message', (_, payload) => {
      const { v } = JSON.parse(payload.toString()) as { v: { campaign: string; attempt: number } };
      void this.#hears(client, id, v.campaign, v.attempt);
    });
    this.#says(client, id, true);
    return client;
  }

  async #hears(client: TestClient, id: string, campaign: string, attempt: number): Promise<void> {
    const device = this.#devices.get(id);
    if (device === undefined) return;
    const { last, begun } = device;
    if (last?.campaign === campaign && last.status === 'confirmed' && attempt > last.attempt) {
      this.#wrong.add(`${id} has ${campaign}, and is offered it again`);
    }
    if (begun.includes(`${campaign} ${attempt}`)) return this.#says(client, id, false);
    begun.push(`${campaign} ${attempt}`);
    await pause(this.#random.between(5, 150));
    const status = this.#random.below(100) < FAILS_PERCENT ? 'rolled-back' : 'confirmed';
    device.last = { campaign, attempt, status, why: '' };
    this.#says(client, id, false);
  }

  #says(client: TestClient, id: string, ask: boolean): void {
    const device = this.#devices.get(id);
    if (device === undefined) return;
    const { last } = device;
    const v = { version: '2.1.0', campaign: '', attempt: 0, last, ask };
    const message = JSON.stringify({ n: device.n++, e: 1, t: 0, v });
    client.publish(topicOf(id, 'ota-status'), message, 1).then(
      () => {
        if (last === null) return;
        this.#acknowledged.set(`${id} ${last.campaign} ${last.attempt}`, last.status);
      },
      // It was killed before: it is said again in the next life.
      () => {},
    );
  }

  /** Whether all that was read before is there, and is the same. */
  async #look(at: Server): Promise<void> {
    const seen = new Map<string, string>();
    const note = (about: string, what: string): void => {
      if (seen.has(about)) this.#wrong.add(`${about} is there twice`);
      seen.set(about, what);
    };
    for (let campaign = 1; campaign <= this.#campaigns; campaign++) {
      const { gates } = (await at.get(`/ota/c${campaign}`)) as { gates: Record<string, number>[] };
      for (const { wave, passed, ...figures } of gates) {
        note(`gate c${campaign} ${wave} ${passed}`, JSON.stringify(figures));
      }
    }
    const { ota } = (await at.get('/ota?limit=999')) as { ota: Row[] };
    const times = new Map<string, number[]>();
    for (const { device, offered, settled } of ota) {
      for (const { campaign, attempt, at: when } of offered) {
        note(`offered ${device} ${campaign} ${attempt}`, `${when}`);
        times.set(campaign, [...(times.get(campaign) ?? []), when]);
      }
      for (const { campaign, attempt, status, at: when } of settled) {
        note(`settled ${device} ${campaign} ${attempt}`, `${status} ${when}`);
      }
    }
    for (const [campaign, all] of times) {
      all.sort((a, b) => a - b);
      const tooFast = all.some((when, place) => when - (all[place - 1] ?? -1e9) < SPACING_MS);
      if (tooFast) this.#wrong.add(`${campaign} is offered too fast`);
    }
    for (const [about, what] of this.#read) {
      if (seen.get(about) !== what) this.#wrong.add(`${about} was ${what}: ${seen.get(about)}`);
    }
    for (const [about, what] of seen) this.#read.set(about, what);
  }
}
