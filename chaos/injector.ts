/** The hands on links: one interface, the Toxiproxy API in the real gear and memory in sim. */
import type { LinkProfile, ToxicSpec } from '#kernel';
import type { Undo } from './fault.ts';

export interface CohortLink {
  index: number;
  id: string;
  /** `host:port` of the target; unused in memory. */
  upstream: string;
  profile: LinkProfile | null;
}

export interface LinkInjector {
  /** Makes a proxy for each cohort, with its standing profile. */
  open(cohorts: readonly CohortLink[]): Promise<void>;
  addToxics(cohort: number, faultId: string, toxics: readonly ToxicSpec[]): Promise<Undo>;
  disable(cohort: number): Promise<Undo>;
  close(): Promise<void>;
}

/** A standing profile as toxics: delay and jitter both ways, a rate both ways. */
export function profileToxics(profile: LinkProfile): ToxicSpec[] {
  const both = ['upstream', 'downstream'] as const;
  const toxics: ToxicSpec[] = [];
  for (const stream of both) {
    if (profile.delayMs > 0 || profile.jitterMs > 0) {
      const attributes = { latency: Math.round(profile.delayMs), jitter: Math.round(profile.jitterMs) };
      toxics.push({ type: 'latency', stream, attributes });
    }
    if (profile.bytesPerSecond > 0) {
      const rate = Math.max(1, Math.round(profile.bytesPerSecond / 1000));
      toxics.push({ type: 'bandwidth', stream, attributes: { rate } });
    }
  }
  return toxics;
}

export const toxicName = (owner: string, toxic: ToxicSpec): string => `${owner}-${toxic.type}-${toxic.stream}`;
