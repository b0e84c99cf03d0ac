/**
 * Watches its own process stand still. A generator that stalls delays every message and would blame
 * the target for it; so every stall is written down, and an objective whose window overlaps one is
 * unknown, not failed.
 */
import { performance } from 'node:perf_hooks';

const EVERY_MS = 50;
/** Less than this is the noise of a shared machine, and shows in the lateness of sends anyway. */
const STALL_MS = 150;
const VITALS_EVERY_MS = 1000;

/** How a process of ours does. */
export interface Vitals {
  worstLagMs: number;
  residentKiB: number;
  cpuSeconds: number;
}

export function watchStalls(
  onStall: (ms: number) => void,
  onVitals: (vitals: Vitals) => void,
): () => void {
  let last = performance.now();
  let worst = 0;
  let saidAt = last;
  const timer = setInterval(() => {
    const now = performance.now();
    const lag = now - last - EVERY_MS;
    last = now;
    worst = Math.max(worst, lag);
    if (lag >= STALL_MS) onStall(lag);
    if (now - saidAt < VITALS_EVERY_MS) return;
    saidAt = now;
    const cpu = process.cpuUsage();
    onVitals({
      worstLagMs: worst,
      residentKiB: Math.round(process.memoryUsage.rss() / 1024),
      cpuSeconds: (cpu.user + cpu.system) / 1e6,
    });
    worst = 0;
  }, EVERY_MS);
  return () => clearInterval(timer);
}
