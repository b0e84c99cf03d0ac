/**
 * What stands on a link, in the real gear: one more hop, between a cohort's proxy and the target.
 * So it works the same whoever the proxy is, and nobody has to teach a foreign one what MQTT is.
 */
import type { Timers } from '#kernel';
import type { Standing } from './proxy-core.ts';
import { ProxyMetrics } from './proxy-metrics.ts';
import { TcpProxy } from './proxy-server.ts';

export interface StandingHop {
  /** Where the proxy is to lead. */
  address: string;
  stop(): void;
}

export async function startHop(
  name: string,
  upstream: string,
  timers: Timers,
  stand: () => Standing,
): Promise<StandingHop> {
  const counts = new ProxyMetrics();
  const hop = new TcpProxy(name, '127.0.0.1:0', upstream, { timers, counts, seed: 0 }, stand);
  await hop.start();
  return { address: hop.listen, stop: () => hop.stop() };
}
