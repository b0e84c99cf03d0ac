/**
 * Brings commands to their devices: each goes down in the transaction that decides it, and again
 * under the same key while its device has not answered, since a device that was away may have lost
 * it. A newer command of the same name ends that: what is overtaken must not come after it. Each
 * time it goes by the gateway through which its device speaks, which may have changed meanwhile.
 */
import type { Cancel } from '#kernel';
import type { ServicePorts } from '../../service.ts';
import type { Routes } from './routes.ts';
import type { CommandRow } from './rows.ts';
import type { ActTables } from './tables.ts';

export interface CourierSeams {
  /** A command is sent again: the key that it bears. */
  keyAgain?(device: string, key: string, tries: number): string;
  /** A command goes down: false keeps it, and says nothing of it. */
  sends?(device: string, key: string): boolean;
  /** And false here keeps it all the same, and says that it went. */
  puts?(device: string, key: string): boolean;
  /** Another gateway stands in for that of a device: false goes by its own all the same. */
  reroute?(device: string, gateway: string): boolean;
  /** A command is sent again, and by a gateway that stands in: the key that it bears. */
  keyBy?(device: string, key: string, gateway: string): string;
  /** It has gone down, so often: after so many milliseconds it goes again, for ever. */
  againAfter?(device: string, key: string, tries: number): number | null;
}

/** Where a command goes, and by which gateway; null where the device has a connection. */
interface Way {
  topic: string;
  via: string | null;
  /** Not by that of the device. */
  isOther: boolean;
}

const STREAM = 'act';
const AGAIN_MS = 5000;
const TRIES_MAX = 6;
/** No timer is set for longer. */
const LONGEST_MS = 60_000;

export class Courier {
  /** In this life. */
  sent = 0;
  readonly #ports: ServicePorts<CourierSeams>;
  readonly #tables: ActTables;
  readonly #routes: Routes;
  #armedFor = Number.POSITIVE_INFINITY;
  #timer: Cancel | null = null;

  constructor(ports: ServicePorts<CourierSeams>, tables: ActTables, routes: Routes) {
    this.#ports = ports;
    this.#tables = tables;
    this.#routes = routes;
  }

  /** False where nobody knows where the device listens. */
  send({ at, ...command }: Omit<CommandRow, 'tries'> & { at: number }): boolean {
    const way = this.#wayTo(command.device);
    if (way === null) return false;
    if (this.#ports.seams?.sends?.(command.device, command.key) === false) return true;
    this.#tables.overtake(command.device, command.name);
    this.#publish(way, { ...command, tries: 0 }, command.key, at);
    this.arm();
    return true;
  }

  answered(device: string, payload: Uint8Array, at: number): boolean {
    const said = answerIn(payload);
    return said !== null && this.#tables.answer(device, said.key, said.done, at);
  }

  /** Looks again when something is due. */
  arm(): void {
    const { clock, commits } = this.#ports;
    const due = this.#tables.nextDue() ?? Number.POSITIVE_INFINITY;
    if (due >= this.#armedFor) return;
    this.#timer?.();
    this.#armedFor = due;
    const delay = Math.min(LONGEST_MS, Math.max(0, due - clock.now()));
    this.#timer = clock.after(delay, () => {
      this.#timer = null;
      this.#armedFor = Number.POSITIVE_INFINITY;
      commits.add(
        () => this.#again(Math.round(clock.now())),
        () => {},
      );
    });
  }

  #again(now: number): void {
    for (const command of this.#tables.dueCommands(now)) {
      const way = this.#wayTo(command.device);
      if (way === null) this.#tables.putCommand(command, null);
      else this.#publish(way, command, this.#keyAgain(command, way), now);
    }
    this.arm();
  }

  /** Null where nobody knows where the device listens. */
  #wayTo(device: string): Way | null {
    const { topicOf, seams } = this.#ports;
    const other = this.#routes.standInOf(device);
    const isOther = other !== null && seams?.reroute?.(device, other) !== false;
    const topic = isOther ? topicOf(device, STREAM, other) : topicOf(device, STREAM);
    const via = isOther ? other : this.#routes.ownOf(device);
    return topic === null ? null : { topic, via, isOther };
  }

  #keyAgain({ device, key, tries }: CommandRow, { via, isOther }: Way): string {
    const { seams } = this.#ports;
    const rerouted = isOther && via !== null ? seams?.keyBy?.(device, key, via) : undefined;
    return rerouted ?? seams?.keyAgain?.(device, key, tries) ?? key;
  }

  #publish({ topic, via }: Way, command: CommandRow, key: string, at: number): void {
    const { device, name, value } = command;
    const tries = command.tries + 1;
    const { publish, seams } = this.#ports;
    const soon = seams?.againAfter?.(device, key, tries) ?? null;
    const again = soon ?? (tries < TRIES_MAX ? AGAIN_MS : null);
    this.#tables.putCommand({ ...command, tries }, again === null ? null : at + again);
    const n = this.#tables.addSent(device, key, at, via);
    const message = { n, e: 0, t: at, v: { key, name, value } };
    const payload = Buffer.from(JSON.stringify(message));
    if (seams?.puts?.(device, key) !== false) publish({ topic, payload, qos: 1, retain: false });
    this.sent++;
  }
}

/** Null for what is none. */
function answerIn(payload: Uint8Array): { key: string; done: boolean } | null {
  try {
    const { v } = JSON.parse(Buffer.from(payload).toString()) as { v: Record<string, unknown> };
    const { key, done } = v;
    return typeof key === 'string' && typeof done === 'boolean' ? { key, done } : null;
  } catch {
    return null;
  }
}
