/** What acts on links: one interface, the Toxiproxy API in the real gear and memory in sim. */
import { type CohortPlan, hashText, type LinkProfile, type ToxicSpec } from '#kernel';
import type { Undo } from './fault.ts';

export interface CohortLink {
  index: number;
  id: string;
  /** Absent for the connection that every device has. */
  channel?: string;
  /** `host:port` of the target; unused in memory. */
  upstream: string;
  profile: LinkProfile | null;
}

export interface LinkInjector {
  /** Makes a proxy for each, with its profile. What acts on a cohort acts on all of its own. */
  open(cohorts: readonly CohortLink[]): Promise<void>;
  addToxics(cohort: number, faultId: string, toxics: readonly ToxicSpec[]): Promise<Undo>;
  /** Closes what is open and refuses what comes. */
  disable(cohort: number): Promise<Undo>;
  close(): Promise<void>;
}

/**
 * For each cohort that is reached through a proxy, and for each channel of its devices: a toxic
 * acts per listener, and a channel may lead elsewhere.
 */
export function cohortLinks(
  cohorts: readonly CohortPlan[],
  prefix: string,
  upstreamOf: (channel: string | undefined, cohort: number) => string,
): CohortLink[] {
  return cohorts.flatMap(({ id, profile, channels = [] }, index): CohortLink[] => {
    if (id === 'direct') return [];
    const first = { index, id: `${prefix}${id}`, upstream: upstreamOf(undefined, index), profile };
    const further = channels.map((channel) => ({
      ...first,
      id: `${first.id}-${channel}`,
      channel,
      upstream: upstreamOf(channel, index),
    }));
    return [first, ...further];
  });
}

/** A standing profile as toxics: delay and jitter both ways, a rate both ways. */
export function profileToxics(profile: LinkProfile): ToxicSpec[] {
  const both = ['upstream', 'downstream'] as const;
  return both.flatMap((stream): ToxicSpec[] => {
    const toxics: ToxicSpec[] = [];
    const latency = Math.round(profile.delayMs);
    const jitter = Math.round(profile.jitterMs);
    const rate = Math.max(1, Math.round(profile.bytesPerSecond / 1000));
    if (latency > 0 || jitter > 0)
      toxics.push({ type: 'latency', stream, attributes: { latency, jitter } });
    if (profile.bytesPerSecond > 0)
      toxics.push({ type: 'bandwidth', stream, attributes: { rate } });
    return toxics;
  });
}

export const toxicName = (owner: string, toxic: ToxicSpec): string =>
  urlSafe(`${owner}-${toxic.type}-${toxic.stream}`);

/**
 * A name that can stand in a path as it is: the client does not encode names. Different names stay
 * different.
 */
export function urlSafe(name: string): string {
  const safe = name.replace(/[^A-Za-z0-9._-]/g, '-');
  const isWhole = safe === name && safe.length <= 200 && !/^\.*$/.test(safe);
  return isWhole ? safe : `${safe.slice(0, 200)}-${hashText(name).toString(36)}`;
}
