/** What a connection in the ThingsBoard API asks of the service behind it. */
/** What the service knows beside what is said in a connection. */
export interface Desk {
  now(): number;
  /** The next number of a message that does not name itself. */
  numberFor(device: string): number;
  /** Keeps attributes of a device, and says when that is durable. */
  keep(device: string, attributes: Readonly<Record<string, unknown>>, done: () => void): void;
  /** Of a scope what is asked for and there; all of it where keys are null. */
  attributes(device: string, scope: 'client' | 'shared', keys: readonly string[] | null): object;
  /** Bugs, where one is planted. */
  seams: Partial<ThingsBoardSeams> | null;
}

export interface ThingsBoardSeams {
  /** A gateway brings a reading of one of its children: whose it is taken for. */
  childOfReading?(gateway: string, child: string, children: readonly string[], n: number): string;
  /** A device answers a request: which one it is taken to have answered. */
  requestOfAnswer?(device: string, id: number): number;
  /** Shared attributes are about to be pushed to a device: false keeps them back. */
  pushShared?(device: string, n: number): boolean;
}
