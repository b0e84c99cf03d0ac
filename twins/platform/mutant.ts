/**
 * How a file of mutants/ says which bug it plants. A seam is a named place where the platform asks
 * whether somebody wants to do it otherwise; the honest twin has nobody to ask. Each part of the
 * platform declares the seams it has in its own file, so a mutant says by its type argument whose
 * seams it plants: `defineMutant<EchoSeams>({ … })`. A name that no part asks for is refused at the
 * start.
 */
import { type Mutant, type MutantSpec, stampMutant } from '#kernel';
import type { BrokerSeams } from './broker/seams.ts';
import type { PresenceSeams } from './services/presence.ts';
import type { TelemetrySeams } from './services/telemetry.ts';

/** The seams that a mutant may use without saying whose they are. */
export type HouseSeams = BrokerSeams & TelemetrySeams & PresenceSeams;

export const defineMutant = <Seams extends object = HouseSeams>(
  mutant: MutantSpec<NoInfer<Seams>>,
): Mutant => stampMutant('platform', mutant);
