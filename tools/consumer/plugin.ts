/**
 * What an author outside this repository writes. CI compiles it against the declarations of the
 * packed product; a name that is missing there, or has become `any`, does not compile.
 */
import {
  type CheckerKind,
  type DeviceModel,
  defineChecker,
  defineDevice,
  defineFault,
  defineMutant,
  defineProof,
  defineReporter,
  defineService,
  type FaultKind,
  type Mutant,
  type ProofKind,
  type Reporter,
  type ScenarioFile,
  type ServiceKind,
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
export const proof = (kind: Shaped<ProofKind>): ProofKind => defineProof(kind);
export const mutant = (plant: Shaped<Mutant>): Mutant => defineMutant(plant);
export const service = (kind: Shaped<ServiceKind>): ServiceKind => defineService(kind);

export const forgetful = defineMutant({
  kind: 'forgets-rows',
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
