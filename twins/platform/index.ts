/**
 * The door of the platform twin. The process around it is serve.ts; nothing else in here opens a
 * socket.
 */
export { mutantFamily } from './mutant-family.ts';
export {
  type Account,
  type ApiAnswer,
  DEFAULT_LIMITS,
  defineMutant,
  type EnvelopeHead,
  type ForwardedPacket,
  type Mutant,
  type MutantSeams,
  type Platform,
  type PlatformLimits,
  type PlatformOptions,
  type PlatformStats,
  type StoredRow,
  type TelemetryTopic,
} from './platform.ts';
export type { ServeOptions, ServeReady } from './serve-options.ts';
export { guaranteesOf, startPlatform } from './start.ts';
export { type NativeTopics, nativeTopics, readJsonEnvelope } from './topics.ts';

/**
 * The file to start with Node for a platform in a process of its own; serve-options.ts says what it
 * reads.
 */
export const serveFile = new URL(
  import.meta.url.endsWith('.ts') ? './serve.ts' : './serve.js',
  import.meta.url,
);
