/**
 * Hears an inbox that is a topic: by a session that the target keeps while we are away. What came
 * while it did not is gone for good, and said to be.
 */
import { MqttSession } from '../../wire/mqtt-session.ts';
import type { WorkflowPorts } from '../workflow.ts';
import type { Ear } from './ear.ts';

export class TopicEar implements Ear {
  isListening = false;
  wasListening = false;
  deaf: string | null = null;
  readonly #session: MqttSession;
  readonly #topic: string;
  #isNew = false;

  constructor(
    ports: WorkflowPorts,
    topic: string,
    came: (payload: Uint8Array, isAgain: boolean) => void,
  ) {
    this.#topic = topic;
    this.#session = new MqttSession(ports, ports.session, {
      connected: (session, isPresent) => {
        if (!isPresent) this.#isNew = true;
        session.subscribe([`${topic}/#`], ports.plan.observers.qos, () => this.#granted());
      },
      message: (_, payload, { dup, retain }) => {
        // What is retained was sent before anybody listened.
        if (!retain) came(payload, dup);
      },
      closed: () => {
        this.isListening = false;
      },
    });
  }

  async ready(): Promise<object> {
    return { topic: this.#topic };
  }

  async end(): Promise<void> {
    await this.#session.end();
  }

  #granted(): void {
    if (this.#isNew && this.wasListening) {
      this.deaf ??= 'the session by which it is listened to was lost';
    }
    this.#isNew = false;
    this.isListening = true;
    this.wasListening = true;
  }
}
