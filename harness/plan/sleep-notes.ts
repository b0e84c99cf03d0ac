/**
 * Devices that sleep for longer than the drain lasts: who is asleep when sampling ends may not
 * wake before the run is over. What it holds is then never sent, and nothing is known of it.
 */
import { formatDuration, type Plan, phaseOf } from '#kernel';

export function sleepNotes({ entries, phases }: Pick<Plan, 'entries' | 'phases'>): string[] {
  const { from, to } = phaseOf(phases, 'drain');
  return entries.flatMap(({ id, sleep }) => {
    const asleepMs = sleep === null ? 0 : sleep.everyMs - sleep.awakeMs;
    if (asleepMs < to - from) return [];
    const [asleep, drain] = [asleepMs, to - from].map(formatDuration);
    return [
      `${id}: its devices sleep for ${asleep}, and time.drain is ${drain}: who is asleep ` +
        'when sampling ends may not wake before the run ends, and then its last readings are ' +
        `never sent; let time.drain last longer than ${asleep}`,
    ];
  });
}
