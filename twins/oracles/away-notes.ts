/** When the target, or a piece of its platform, was said to be gone and to be there again. */
import type { LedgerEntryOf } from '#kernel';

export class AwayNotes {
  readonly target: { t: number; text: string }[] = [];
  readonly hands: { t: number; text: string; fault: string }[] = [];

  step(entry: LedgerEntryOf<'target' | 'hand'>): void {
    const { t, is: text } = entry;
    if (entry.op === 'target') this.target.push({ t, text });
    else this.hands.push({ t, text, fault: entry.fault });
  }
}
