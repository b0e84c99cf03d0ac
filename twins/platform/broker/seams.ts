/**
 * The broker's seams, gathered from the files that have them. The list of names is checked by the
 * compiler: none can be missing, none can be left over.
 */
import type { AdmitSeams } from './broker.ts';
import type { ForwardSeams } from './forward.ts';
import type { IntakeSeams } from './intake.ts';
import type { IncomingSeams } from './open-incoming.ts';
import type { RetainSeams } from './retained.ts';
import type { SessionSeams } from './session-life.ts';
import type { QueueSeams } from './sessions.ts';

export type BrokerSeams = AdmitSeams &
  ForwardSeams &
  IncomingSeams &
  IntakeSeams &
  QueueSeams &
  RetainSeams &
  SessionSeams;

const NAMES: Readonly<Record<keyof BrokerSeams, true>> = {
  admit: true,
  again: true,
  forward: true,
  ingestDelayMs: true,
  queue: true,
  retain: true,
  serve: true,
  session: true,
  speakFor: true,
  takeOfPacket: true,
  will: true,
};

export const BROKER_SEAMS: readonly string[] = Object.keys(NAMES);
