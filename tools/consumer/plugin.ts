/**
 * What an author outside this repository writes. CI compiles it against the declarations of the
 * packed product; a name that is missing there, or has become `any`, does not compile.
 */
import {
  type BrokerKind,
  type ChapterKind,
  type CheckerKind,
  type Codec,
  checkPlugin,
  type DeviceModel,
  type DialectKind,
  defineBroker,
  defineChapter,
  defineChecker,
  defineCodec,
  defineDevice,
  defineDeviceMutant,
  defineDialect,
  defineFault,
  defineMutant,
  defineOracle,
  defineProof,
  defineReporter,
  defineService,
  defineTarget,
  type FaultKind,
  type Mutant,
  type OracleKind,
  type ProofKind,
  type Reporter,
  type ScenarioFile,
  type ServiceKind,
  type Shortcoming,
  type TargetKind,
} from 'twinstorm';

/** Unknown to `any`: fails to compile when T has lost its shape. */
type Shaped<T> = 0 extends 1 & T ? never : T;

export const scenario: Shaped<ScenarioFile> = {
  twinstorm: 1,
  name: 'from-a-module',
  about: 'A scenario as a TypeScript module.',
  fleet: [{ model: 'cold-chain-fridge', count: 3, every: '5s' }],
};

// @ts-expect-error A word that the scenario language does not have.
export const misspelt: ScenarioFile = { ...scenario, fleets: [] };

export const reporter: Shaped<Reporter> = defineReporter({
  kind: 'one-line',
  summary: 'The verdict in one line.',
  file: 'verdict.txt',
  render: (result) => `${result.scenario.name}: ${result.verdict}\n`,
});

export const device = (model: Shaped<DeviceModel>): DeviceModel => defineDevice(model);
export const fault = (kind: Shaped<FaultKind>): FaultKind => defineFault(kind);
export const checker = (kind: Shaped<CheckerKind>): CheckerKind => defineChecker(kind);
export const chapter = (kind: Shaped<ChapterKind>): ChapterKind => defineChapter(kind);
export const proof = (kind: Shaped<ProofKind>): ProofKind => defineProof(kind);
export const mutant = (plant: Shaped<Mutant>): Mutant => defineMutant(plant);
export const bug = (plant: Shaped<Mutant>): Mutant => defineDeviceMutant(plant);
export const service = (kind: Shaped<ServiceKind>): ServiceKind => defineService(kind);

export const forgetful = defineMutant({
  kind: 'telemetry-forgets-rows',
  summary: 'acknowledges every reading and stores none',
  word: 'telemetry',
  caughtBy: 'no-acked-loss',
  scenario: 'hello-fleet',
  plant: (fired) => ({
    store: (rows) => {
      for (const row of rows) fired(row.device);
      return [];
    },
  }),
});

export const codec: Shaped<Codec> = defineCodec({
  kind: 'one-number',
  summary: 'The number, and nothing else.',
  encode: ({ n }) => new Uint8Array([n % 256]),
  head: ([n]) => (n === undefined ? null : { n, e: 0, t: 0 }),
  values: () => ({}),
});
export const broker: Shaped<BrokerKind> = defineBroker({
  kind: 'our-broker',
  summary: 'What ours promises.',
  binaries: [],
  promises: { maxQos: { value: 1, because: 'its manual' } },
});
export const dialect = (kind: Shaped<DialectKind>): DialectKind => defineDialect(kind);
export const target = (kind: Shaped<TargetKind>): TargetKind => defineTarget(kind);

/** An oracle of an author's own: who asks it says what it offers; those of the house are typed. */
interface HeadCount {
  heads: number;
}
export const oracle: Shaped<OracleKind> = defineOracle({
  kind: 'head-count',
  summary: 'how many devices came online',
  scope: 'lane',
  ops: ['online'],
  start: ({ devices, of }) => {
    const lives = of('connections');
    const isOnline = (device: number): boolean => lives.of(device).connections.length > 0;
    const count = {
      heads: 0,
      step: () => {
        count.heads = devices.filter(isOnline).length;
      },
    };
    return count;
  },
});
export const asking: CheckerKind['start'] = ({ of }) => {
  const counted: number = of<HeadCount>('head-count').heads;
  // @ts-expect-error What an oracle of the house offers has a type.
  const wrong: number = of('delivery');
  return { ops: [], end: () => ({ ...nothing, obligations: counted + wrong }) };
};
const nothing = { obligations: 0, decided: 0, findings: [], findingCount: 0, figures: {} };

/** What an author's own test asks. */
export const wrongs: Promise<Shaped<Shortcoming>[]> = checkPlugin(oracle, [broker]);
