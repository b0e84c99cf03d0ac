/**
 * A storm of changes: several writers ask for the next change of each twin as fast as they are
 * answered, half of them over HTTP and half by message, while devices report what they are told.
 * What was answered must be in the history under its version, which nobody else's change has, and
 * in the end each device has the last one.
 */
import { connect as dial } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { Random } from '#kernel';
import type { Server } from '../../twins/platform/testing/server.ts';
import {
  connectThrough,
  deviceAccount,
  otherAccount,
  RUN,
  type TestClient,
  topicOf,
} from '../../twins/platform/testing/twin.ts';
import type { KillWord } from './kill-word.ts';

const DEVICES = 16;
/** A twin keeps the last hundred of its changes. */
const HISTORY = 100;
/** In the end every device is given so long to be set. */
const CONVERGES_MS = 20_000;

interface Twin {
  version: number;
  known: number;
  reported: Readonly<Record<string, unknown>>;
  desired: Readonly<Record<string, unknown>>;
}

interface Change {
  version: number;
  token: string;
}

export default class Twins implements KillWord {
  readonly #random: Random;
  readonly #ids = Array.from({ length: DEVICES }, (_, index) => `pumps/south-1/${index}`);
  /** Device → version → the change that was answered with it. */
  readonly #answered = new Map(this.#ids.map((id) => [id, new Map<number, string>()]));
  readonly #reports = new Map(this.#ids.map((id) => [id, 0]));
  readonly #wrong = new Set<string>();
  #asked = 0;
  #answers = 0;
  #storms = 0;
  readonly accounts = [
    ...this.#ids.map((id) => deviceAccount(id)),
    otherAccount('operator', 'service'),
  ];

  constructor(random: Random) {
    this.#random = random;
  }

  meet(at: Server): Promise<void> {
    return this.#look(at);
  }

  async play(at: Server): Promise<void> {
    this.#storms++;
    const devices = await Promise.all(this.#ids.map((id) => this.#comes(at, id)));
    const operator = await this.#byMessage(at);
    const writers = this.#ids.map((id) => this.#overHttp(at, id));
    await pause(this.#random.between(50, 400));
    await at.kill();
    await Promise.all(writers);
    await Promise.all([...devices, operator].map((client) => client.drop()));
  }

  figures(): string {
    const changes = `${this.#answers} changes of ${DEVICES} twins answered`;
    return `${changes} in ${this.#storms} storms, over HTTP and by message`;
  }

  async missing(at: Server): Promise<string[]> {
    const devices = await Promise.all(this.#ids.map((id) => this.#comes(at, id)));
    const until = performance.now() + CONVERGES_MS;
    const late = new Set(this.#ids);
    while (late.size > 0 && performance.now() < until) {
      for (const id of [...late]) {
        const twin = (await at.get(`/twin/${encodeURIComponent(id)}`)) as Twin;
        const isSet = twin.reported.last === twin.desired.last && twin.known === twin.version;
        if (isSet) late.delete(id);
      }
      await pause(50);
    }
    await this.#look(at);
    await Promise.all(devices.map((device) => device.end()));
    return [...this.#wrong, ...[...late].map((id) => `${id} is not set as desired`)];
  }

  #note(id: string, version: number, token: string): void {
    const versions = this.#answered.get(id);
    const other = versions?.get(version);
    if (other !== undefined && other !== token) this.#wrong.add(`${id} has ${version} twice`);
    versions?.set(version, token);
    this.#answers++;
  }

  async #overHttp(at: Server, id: string): Promise<void> {
    const url = `http://127.0.0.1:${at.ready.http}/twin/${encodeURIComponent(id)}`;
    for (;;) {
      const token = `h${this.#asked++}`;
      try {
        const answer = await fetch(url, { method: 'POST', body: JSON.stringify(wish(token)) });
        const { version } = (await answer.json()) as { version?: number };
        if (answer.status === 200 && version !== undefined) this.#note(id, version, token);
      } catch {
        return;
      }
    }
  }

  /** One session for all devices, with one question for each under way. */
  async #byMessage(at: Server): Promise<TestClient> {
    const operator = await connectThrough(() => dial(at.ready.mqtt, '127.0.0.1'), 'operator');
    await operator.subscribe(`tw/${RUN}/answer/operator`, 1);
    const open = new Map<string, string>();
    const next = (id: string): void => {
      const token = `m${this.#asked++}`;
      open.set(token, id);
      const question = { id: token, path: `/twin/${encodeURIComponent(id)}`, body: wish(token) };
      operator.publish(`tw/${RUN}/ask/operator`, JSON.stringify(question), 1).catch(() => {});
    };
    operator.mqtt.on('message', (_, payload) => {
      const {
        id: token,
        status,
        body,
      } = JSON.parse(payload.toString()) as {
        id: string;
        status: number;
        body: { version?: number };
      };
      const id = open.get(token);
      if (id === undefined) return;
      open.delete(token);
      if (status === 200 && body.version !== undefined) this.#note(id, body.version, token);
      next(id);
    });
    for (const id of this.#ids) next(id);
    return operator;
  }

  /** Takes over what comes down, and says so. */
  async #comes(at: Server, id: string): Promise<TestClient> {
    const tcp = (): unknown => dial(at.ready.mqtt, '127.0.0.1');
    const device = await connectThrough(tcp, id, { clean: false });
    if (!device.sessionPresent) await device.subscribe(topicOf(id, 'twin-delta'), 1);
    let [has, settings] = [0, {}];
    const report = (ask: boolean): void => {
      const n = this.#reports.get(id) ?? 0;
      this.#reports.set(id, n + 1);
      const message = { n, e: 1, t: 0, v: { version: has, settings, ask } };
      device.publish(topicOf(id, 'twin-report'), JSON.stringify(message), 1).catch(() => {});
    };
    device.mqtt.on('message', (_, payload) => {
      const { v } = JSON.parse(payload.toString()) as { v: { version: number; desired: object } };
      if (v.version < has) return;
      has = v.version;
      settings = { ...settings, ...v.desired };
      report(false);
    });
    report(true);
    return device;
  }

  /** Whether the history says of each version what was answered. */
  async #look(at: Server): Promise<void> {
    for (const id of this.#ids) {
      const path = `/twin/${encodeURIComponent(id)}`;
      const { version } = (await at.get(path)) as Twin;
      const { history } = (await at.get(`${path}/history`)) as { history: Change[] };
      const kept = new Map(history.map((change) => [change.version, change.token]));
      for (const [answer, token] of this.#answered.get(id) ?? []) {
        if (answer > version) this.#wrong.add(`${id} lost version ${answer}`);
        else if (answer > version - HISTORY && kept.get(answer) !== token)
          this.#wrong.add(`${id} has another change as version ${answer}`);
      }
    }
  }
}

const wish = (token: string) => ({ desired: { last: token }, who: 'storm', token });
