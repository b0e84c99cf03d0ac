/**
 * A tap of the real gear: one more hop, between a cohort's proxy and the target. So it works the
 * same whoever the proxy is, and nobody has to teach a foreign one what MQTT is.
 */
import { processTimers, TcpProxy } from '../proxy-server.ts';
import type { CohortTap } from './tap-rules.ts';

export interface TcpTap {
  /** Where the proxy is to lead. */
  address: string;
  stop(): void;
}

export async function startTcpTap(
  name: string,
  upstream: string,
  seed: number,
  tap: CohortTap,
): Promise<TcpTap> {
  const hop = new TcpProxy(name, '127.0.0.1:0', upstream, processTimers(), seed, tap.stand);
  await hop.start();
  return { address: hop.listen, stop: () => hop.stop() };
}
