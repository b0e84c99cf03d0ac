/** The streams every plan has, by name, and which of them the target itself keeps. */
import { type Plan, STREAMS } from '#kernel';

/** Codes into STREAMS. */
export const STREAM = {
  telemetry: STREAMS.indexOf('telemetry'),
  status: STREAMS.indexOf('status'),
  will: STREAMS.indexOf('will'),
  command: STREAMS.indexOf('command'),
  answer: STREAMS.indexOf('answer'),
} as const;

/** Whether a stream's messages are read back from the target's store at the end. */
export const isKept = (plan: Plan, stream: number): boolean =>
  plan.target.keepsTelemetry && (stream === STREAM.telemetry || stream === STREAM.answer);
