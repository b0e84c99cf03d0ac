/**
 * TEST ONLY. A life in which twins are changed: two at once, taken back, on top of what is no
 * longer so, and while the device is away; the device reports what it was told.
 */
import type { Platform } from '../../platform.ts';
import { connect, quiet, type TestClient, topicOf } from '../twin.ts';

interface Delta {
  n: number;
  v: { version: number; since: number; desired: Record<string, unknown> };
}

/** What anybody could see of it. */
export default async function twinLife(platform: Platform, ids: readonly string[]) {
  const answers: string[] = [];
  const deltas: string[] = [];
  for (const id of ids) {
    const device = new Device(platform, id, (delta) => deltas.push(`${id}: ${delta}`));
    const change = (desired: object, version?: number): void => {
      const path = `/twin/${encodeURIComponent(id)}`;
      const body = { desired, who: 'life', ...(version === undefined ? {} : { version }) };
      const { status, body: answer } = platform.request('POST', path, NOTHING, body);
      answers.push(`${id}: ${status} ${JSON.stringify(answer)}`);
    };
    await device.come(1);
    change({ lid: 1, light: 1 });
    change({ lid: 2 });
    await device.obey();
    change({ light: null });
    change({ lid: 3 }, 1);
    await device.obey();
    await device.go();
    change({ lid: 4 });
    change({ lid: 5 });
    await device.come(2);
    await device.obey();
    await device.go();
  }
  const { body } = platform.request('GET', '/twin', new URLSearchParams('limit=999'));
  return { answers, deltas, twins: (body as { twin: unknown[] }).twin };
}

const NOTHING = new URLSearchParams();

class Device {
  readonly #platform: Platform;
  readonly #id: string;
  readonly #told: (delta: string) => void;
  #client: TestClient | null = null;
  #n = 0;
  #epoch = 0;
  #version = 0;
  #settings: Record<string, unknown> = { lid: 0 };

  constructor(platform: Platform, id: string, told: (delta: string) => void) {
    this.#platform = platform;
    this.#id = id;
    this.#told = told;
  }

  async come(epoch: number): Promise<void> {
    this.#epoch = epoch;
    this.#client = await connect(this.#platform, this.#id);
    await this.#client.subscribe(topicOf(this.#id, 'twin-delta'), 1);
    await this.#report(true);
    await this.obey();
  }

  /** Takes over whatever has come, and says so. */
  async obey(): Promise<void> {
    await quiet();
    for (const { text } of this.#client?.received.splice(0) ?? []) {
      const { v } = JSON.parse(text) as Delta;
      this.#told(JSON.stringify(v));
      Object.assign(this.#settings, v.desired);
      this.#version = v.version;
      await this.#report(false);
    }
  }

  async go(): Promise<void> {
    await this.#client?.drop();
    await quiet();
  }

  async #report(ask: boolean): Promise<void> {
    const [version, settings] = [this.#version, this.#settings];
    const message = { n: this.#n++, e: this.#epoch, t: 0, v: { version, settings, ask } };
    const topic = topicOf(this.#id, 'twin-report');
    await this.#client?.publish(topic, JSON.stringify(message), 1);
  }
}
