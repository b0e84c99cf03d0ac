/**
 * The door of the platform twin. The process around it is serve.ts; nothing else in here opens a
 * socket.
 */
export { BROKER_SEAMS } from './broker/seams.ts';
export { defineMutant } from './mutant.ts';
export type { OutwardCall } from './outward.ts';
export {
  type Account,
  type ApiAnswer,
  DEFAULT_KEPT,
  DEFAULT_LIMITS,
  type Platform,
  type PlatformLimits,
  type PlatformOptions,
  type PlatformStats,
} from './platform.ts';
export { defineService, type ServiceKind, type TakenRow } from './service.ts';
export { serviceFamily } from './service-family.ts';
export type { ServeOptions, ServeReady } from './serving/options.ts';
export { guaranteesOf, startPlatform } from './start.ts';
export { nativeTopics, readJsonEnvelope } from './topics.ts';

/**
 * The file to start with Node for a platform in a process of its own; serving/options.ts says what
 * it reads.
 */
export const serveFile = new URL(
  import.meta.url.endsWith('.ts') ? './serve.ts' : './serve.js',
  import.meta.url,
);
