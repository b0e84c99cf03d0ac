/**
 * The radio of one cohort. When it is open is one answer for all that are in it; whether a device
 * listens hangs on what it said itself, over this very connection.
 */
import type { RadioRule } from '#kernel';
import type { Standing } from '../proxy-core.ts';
import type { ToxicContext, ToxicKind } from '../toxic.ts';
import { RadioStage } from './radio-stage.ts';
import { linkTimes, type OpensAt, pagingTimes, together } from './radio-times.ts';

export class CohortRadio {
  readonly #rule: RadioRule;
  readonly #link: OpensAt;

  constructor(rule: RadioRule, seed: number, name: string) {
    this.#rule = rule;
    this.#link = linkTimes(rule, seed, name);
  }

  readonly stand = (): Standing => {
    const { sleep } = this.#rule;
    let listensUntil = 0;
    let down: RadioStage | null = null;
    const paged: OpensAt =
      sleep?.paging == null ? () => Number.POSITIVE_INFINITY : pagingTimes(sleep.paging);
    const listens: OpensAt = (t) => (sleep === undefined || t < listensUntil ? t : paged(t));
    const opensDown = together([this.#link, listens]);
    const kind = (start: (context: ToxicContext) => RadioStage): ToxicKind => ({
      ...{ kind: 'radio', summary: 'holds what a radio holds', attributes: {}, start },
    });
    const spoke = (context: ToxicContext) => (): void => {
      listensUntil = context.timers.now() + (sleep?.activeMs ?? 0);
      down?.look();
    };
    return {
      upstream: [kind((context) => new RadioStage(context, this.#link, spoke(context)))],
      downstream: [
        kind((context) => {
          down = new RadioStage(context, opensDown);
          return down;
        }),
      ],
    };
  };
}
