/**
 * Readings at QoS 1 as fast as they are acknowledged, and QoS 2 commands for an absent session:
 * between kills that session must be there, with the copies that it is owed.
 */
import { connect as dial } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { Random } from '#kernel';
import {
  type Publisher,
  publishFast,
  type Server,
  storedIn,
} from '../../twins/platform/testing/server.ts';
import {
  connectThrough,
  deviceAccount,
  otherAccount,
  type TestClient,
  topicOf,
} from '../../twins/platform/testing/twin.ts';
import type { KillWord } from './kill-word.ts';

const DEVICES = 16;
const COMMANDS_AT_ONCE = 8;

export default class Telemetry implements KillWord {
  readonly #random: Random;
  readonly #ids = Array.from({ length: DEVICES }, (_, index) => `pumps/south-1/${index}`);
  readonly #next = new Map(this.#ids.map((id) => [id, 0]));
  readonly #acked = new Set<string>();
  readonly #owed = new Set<string>();
  readonly #seen = new Set<string>();
  #sessionsLost = 0;
  #ackingMs = 0;
  #slowestRound = Number.POSITIVE_INFINITY;
  readonly accounts = [
    ...this.#ids.map((id) => deviceAccount(id)),
    otherAccount('observer', 'observer'),
    otherAccount('commander', 'service'),
  ];

  constructor(random: Random) {
    this.#random = random;
  }

  /** The observer comes, takes what it is owed, and leaves its session behind. */
  async meet(at: Server, isFirst: boolean): Promise<void> {
    const tcp = (): unknown => dial(at.ready.mqtt, '127.0.0.1');
    const observer = await connectThrough(tcp, 'observer', { clean: false });
    if (!isFirst && !observer.sessionPresent) this.#sessionsLost++;
    if (!observer.sessionPresent) await observer.subscribe('tw/r1/3/+/+/+/command', 2);
    while (((await at.get('/stats')) as { queued: number }).queued > 0) await pause(2);
    for (const { text } of observer.received) this.#seen.add(text);
    await observer.end();
  }

  async play(at: Server, round: number): Promise<void> {
    const commander = await connectThrough(() => dial(at.ready.mqtt, '127.0.0.1'), 'commander');
    const startedAt = performance.now();
    const publishers = this.#ids.map((id) =>
      publishFast(at.ready.mqtt, id, topicOf(id, 'telemetry'), this.#next.get(id) ?? 0),
    );
    await Promise.all(publishers.map((each) => each.connected));
    for (let k = 0; k < COMMANDS_AT_ONCE; k++) void this.#command(commander, `${round}/${k}`);
    await pause(this.#random.between(50, 400));
    await at.kill();
    const tookMs = performance.now() - startedAt;
    await Promise.all(publishers.map((each) => each.closed));
    await commander.drop();
    this.#bookkeep(publishers, tookMs);
  }

  figures(): string {
    const rate = Math.round((this.#acked.size / this.#ackingMs) * 1000);
    return (
      `${this.#acked.size} readings acknowledged, ${rate} a second, ` +
      `${Math.round(this.#slowestRound)} in the slowest round; ` +
      `${this.#owed.size} messages for an absent session`
    );
  }

  async missing(at: Server): Promise<string[]> {
    const stored = await storedIn(at);
    return [
      ...[...this.#acked].filter((name) => !stored.has(name)),
      ...[...this.#owed].filter((text) => !this.#seen.has(text)),
      ...Array.from({ length: this.#sessionsLost }, () => 'a session'),
    ];
  }

  /**
   * QoS 2 commands for the absent observer, one after the other; each is owed once it is
   * acknowledged.
   */
  async #command(commander: TestClient, name: string): Promise<void> {
    for (let k = 0; ; k++) {
      const text = `${name}/${k}`;
      try {
        await commander.publish(topicOf(this.#ids[k % DEVICES] ?? '', 'command'), text, 2);
      } catch {
        return;
      }
      this.#owed.add(text);
    }
  }

  #bookkeep(publishers: readonly Publisher[], tookMs: number): void {
    const before = this.#acked.size;
    publishers.forEach((publisher, index) => {
      for (const name of publisher.acked) this.#acked.add(name);
      this.#next.set(this.#ids[index] ?? '', publisher.next);
    });
    this.#ackingMs += tookMs;
    const rate = ((this.#acked.size - before) / tookMs) * 1000;
    this.#slowestRound = Math.min(this.#slowestRound, rate);
  }
}
