/**
 * How a writer asks for a twin, and is answered: over HTTP, or by message, as the dialect of the
 * target has it. Whichever way, no answer in time is an answer that nobody knows.
 */
import { Misuse } from '#kernel';
import type { TwinAnswer, TwinTalk, TwinWish } from '../../dialects/dialect.ts';
import { type Answer, SILENT } from '../../watch/target-ports.ts';
import { MqttSession } from '../../wire/mqtt-session.ts';
import type { WorkflowPorts } from '../workflow.ts';

export interface Asking {
  read(device: string): Promise<Answer>;
  change(device: string, wish: TwinWish): Promise<Answer>;
  end(): Promise<void>;
}

/** A target that offers no such thing, or did not answer. */

export const overHttp = ({ target }: WorkflowPorts): Asking => ({
  read: async (device) =>
    (await target.port('twin')?.get({}, encodeURIComponent(device))) ?? SILENT,
  change: async (device, wish) =>
    (await target.port('twin')?.tell?.(encodeURIComponent(device), wish)) ?? SILENT,
  end: async () => {},
});

/** As over HTTP. */
const BOUND_MS = 10_000;

export function overMqtt(ports: WorkflowPorts): Asking {
  const { twins } = ports.dialect;
  if (twins === undefined) throw new Misuse('its dialect knows no questions about twins');
  return new ByMessage(ports, twins);
}

class ByMessage implements Asking {
  readonly #ports: WorkflowPorts;
  readonly #talk: TwinTalk;
  readonly #user: string;
  readonly #session: MqttSession;
  /** Questions without an answer, by id. */
  readonly #open = new Map<string, (answer: Answer) => void>();
  /** What waits until answers can be heard. */
  #waiting: (() => void)[] = [];
  #hears = false;
  #asked = 0;

  constructor(ports: WorkflowPorts, talk: TwinTalk) {
    this.#ports = ports;
    this.#talk = talk;
    this.#user =
      ports.credentials.account?.(ports.session) ?? ports.credentials.userName(ports.session);
    this.#session = new MqttSession(ports, ports.session, {
      connected: (session, isKept) => this.#connected(session, isKept),
      message: (topic, payload) => this.#heard(talk.answer(topic, payload)),
      closed: () => {
        this.#hears = false;
      },
    });
  }

  read(device: string): Promise<Answer> {
    return this.#ask(device, null);
  }

  change(device: string, wish: TwinWish): Promise<Answer> {
    return this.#ask(device, wish);
  }

  async end(): Promise<void> {
    for (const told of this.#open.values()) told(SILENT);
    await this.#session.end();
  }

  #connected(session: MqttSession, isKept: boolean): void {
    const heard = (): void => {
      this.#hears = true;
      for (const send of this.#waiting.splice(0)) send();
    };
    if (isKept) heard();
    else session.subscribe(this.#talk.filters(this.#user), 1, heard);
  }

  #ask(device: string, change: TwinWish | null): Promise<Answer> {
    const id = `${this.#ports.session}/${this.#asked++}`;
    return new Promise((resolve) => {
      const giveUp = this.#ports.wheel.after(BOUND_MS, () => told(SILENT));
      const told = (answer: Answer): void => {
        if (!this.#open.delete(id)) return;
        giveUp();
        resolve(answer);
      };
      this.#open.set(id, told);
      const { topic, payload } = this.#talk.ask({ user: this.#user, device, id, change });
      const send = (): void => {
        // One that nobody waits for any more was never asked.
        if (!this.#open.has(id)) return;
        const how = { qos: 1, retain: false } as const;
        this.#session.publish(topic, payload, how, {
          sentAgain: () => {},
          answered: () => {},
          refused: () => {},
        });
      };
      if (this.#hears) send();
      else this.#waiting.push(send);
    });
  }

  #heard(answer: TwinAnswer | null): void {
    if (answer === null) return;
    this.#open.get(answer.id)?.({ status: answer.status, body: answer.body });
  }
}
