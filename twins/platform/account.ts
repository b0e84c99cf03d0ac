/** Somebody who may connect to the platform twin, and what he may touch there. */
export interface Account {
  user: string;
  passwordSha256: string;
  /**
   * Devices may publish and subscribe below their own topics only; observers read; services do
   * both.
   */
  role: 'device' | 'observer' | 'service';
  /** For a device: the topics and topic prefixes it may use. */
  topics: readonly string[];
  /** For a device: the only client id it may use; its user name when absent. */
  clientId?: string;
  /** For a device: the others whose messages it brings; their topics are among its own. */
  speaksFor?: readonly string[];
  /** Those of them that are another one's, and reached through this one while that is away. */
  standsInFor?: readonly string[];
}
