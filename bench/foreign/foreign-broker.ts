/**
 * What a file in `brokers/` says of one foreign broker: how it is had, how it is started, what it
 * declares, and what is found of it all the same. A declared habit and an expected finding each
 * name the raw client in `confirm/` that shows it without the product.
 */
export const SCENES = ['mixed', 'qos2', 'thousand'] as const;
export type Scene = (typeof SCENES)[number];

export interface ForeignBroker {
  name: string;
  /** The registry's kind and the package, for the table. */
  source: string;
  /** Installs it below the folder, once, and says which version that is. */
  bring(folder: string): Promise<string>;
  /** Writes its configuration; the processes to start, in order. The last one listens. */
  launch(place: Place): Launch[];
  /** Who may connect, where nobody may without a name. */
  login?: { user: string; password: string };
  /** Keys of `target.guarantees`. */
  declares: readonly Declared[];
  findings: readonly ExpectedFinding[];
}

/** Where one start of a broker lives. */
export interface Place {
  /** Where it was brought to. */
  folder: string;
  /** Empty at the start, gone at the end. */
  state: string;
  port: number;
  /** Further ports on loopback that nobody holds. */
  spare(): number;
}

export interface Launch {
  command: string;
  args: readonly string[];
  env?: Readonly<Record<string, string>>;
}

export interface Declared {
  key: string;
  value: string | number | boolean;
  because: string;
  /** Left out where it only says how it was configured, or what its handbook says. */
  confirm?: string;
}

export interface ExpectedFinding {
  scenes: readonly Scene[];
  checker: string;
  because: string;
  confirm: string;
  /** It comes in some runs and not in others: a race. */
  sometimes?: boolean;
}

export const highestQos = ({ declares }: ForeignBroker): number =>
  Number(declares.find(({ key }) => key === 'max-qos')?.value ?? 2);

/** The broker cannot be had on this machine, which is no verdict on anything. */
export class NotToBeHad extends Error {}
