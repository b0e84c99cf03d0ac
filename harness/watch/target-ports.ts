/**
 * What a target can be asked and told beside MQTT, by name: a port each for what its store holds
 * (`telemetry`), whom it believes online (`presence`), what it counts (`stats`), and whatever
 * further it offers. Our twin answers by function call in sim and over HTTP in the real gear; a
 * platform of somebody else answers by its own means, and nobody who asks can tell.
 */

export interface TargetPorts {
  /** Null where the target offers no such thing. */
  port(name: string): Queries | null;
}

export interface Queries {
  /** `path` goes on below the port. An answer that never came has the status 0. */
  get(query: Query, path?: string): Promise<Answer>;
  /**
   * What an operator has it do, below the port: `body` is JSON. Absent where it can only be asked.
   * Without an answer nobody knows whether it was done.
   */
  tell?(path: string, body: unknown): Promise<Answer>;
}

export type Query = Readonly<Record<string, string>>;

export interface Answer {
  status: number;
  /** A list comes in pages: `{ rows, next }`, where `next` is the cursor of the following page. */
  body: unknown;
}

/** Of a target that cannot be asked anything. */
export const NO_PORTS: TargetPorts = { port: () => null };

/** Of a question that nobody answered. */
export const SILENT: Answer = { status: 0, body: null };

/** Nobody knows whether it was done: it was not answered, or the target failed over it. */
export const isUnheard = ({ status }: Pick<Answer, 'status'>): boolean =>
  status === 0 || status >= 500;
