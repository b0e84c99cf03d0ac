/**
 * What a device kept though it cannot have been well with it. Some defects show in all that a
 * device does by the end of its trial; one shows in what it measures alone, and only where that
 * then lies beyond what it can be: nobody can be blamed for what it could not see.
 */
import { type FirmwarePlan, SHOWS_IN_SIGNALS, WRONG_SCALE } from '#kernel';
import { lateOnes } from './falls.ts';
import type { OtaKept, OtaLook, OtaStory } from './story.ts';

type Fields = Readonly<Record<string, number | string | boolean>>;

export interface Unwell {
  kept: OtaKept[];
  /** So often it kept one of which nobody knows whether it could see that. */
  unsure: number;
}

/** All signals of one look are told in the same instant. */
export function noteLook({ looks }: OtaStory, t: number, fields: Fields): void {
  const version = String(fields.version);
  const [value, low, high] = [fields.value, fields.low, fields.high].map(Number) as [
    ...[number, number, number],
  ];
  const said = value * WRONG_SCALE;
  const shows = said < low || said > high;
  const last = looks.at(-1);
  if (last?.t === t && last.version === version) last.shows ||= shows;
  else looks.push({ t, version, shows });
}

export class Defects {
  /** Digests of images of which each device knows before it keeps them, and of which some do. */
  readonly #plain: ReadonlySet<string>;
  readonly #inSignals: ReadonlySet<string>;

  constructor(campaigns: readonly FirmwarePlan[]) {
    const late = lateOnes(campaigns);
    const seen = campaigns
      .map(({ campaign }) => campaign.image)
      .filter(({ defect, sha256 }) => defect !== 'none' && !late.has(sha256));
    const digests = (areSignals: boolean): Set<string> =>
      new Set(
        seen
          .filter(({ defect }) => SHOWS_IN_SIGNALS.includes(defect) === areSignals)
          .map(({ sha256 }) => sha256),
      );
    this.#plain = digests(false);
    this.#inSignals = digests(true);
  }

  keptIn({ kept, looks }: OtaStory): Unwell {
    const judged = kept.map((one) => ({ one, shows: this.#shows(one, looks) }));
    return {
      kept: judged.flatMap(({ one, shows }) => (shows === true ? [one] : [])),
      unsure: judged.filter(({ shows }) => shows === null).length,
    };
  }

  /** By its last look before it kept that; null where there is none. */
  #shows({ t, sha256, version }: OtaKept, looks: readonly OtaLook[]): boolean | null {
    if (!this.#inSignals.has(sha256)) return this.#plain.has(sha256);
    return looks.findLast((look) => look.version === version && look.t <= t)?.shows ?? null;
  }
}
