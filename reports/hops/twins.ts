/**
 * A change of a device's twin: asked for by an operator, answered by the target, at last in force.
 */
import type { LedgerEntry } from '#kernel';
import { defineHops, type HopsContext, type HopsFold } from '../hops.ts';
import type { Thing } from '../tracing/trace-book.ts';

interface Told {
  change: number;
  patch: string;
  status: number;
  version: number;
  why: string;
  settings: string;
}

export default defineHops({
  kind: 'twins',
  summary: 'how a change of a twin came to its device',
  ops: ['twin/asked', 'twin/answered', 'twin/turned-away', 'twin/holds'],
  names: { change: 'change@DEVICE@N' },
  start: (context) => new Changes(context),
});

class Changes implements HopsFold {
  readonly #context: HopsContext;
  /** Of each device, changes that were taken and are not in force yet, with their versions. */
  readonly #waiting = new Map<number, { version: number; thing: Thing }[]>();

  constructor(context: HopsContext) {
    this.#context = context;
  }

  step(entry: LedgerEntry): void {
    const { t, device } = entry;
    const told = entry as unknown as Told;
    const who = this.#context.plan.devices[device]?.id ?? '?';
    const target = { t, where: 'action', who: 'target' } as const;
    switch (entry.op as string) {
      case 'twin/holds':
        return this.#holds(device, who, t, told);
      case 'twin/asked': {
        const thing = this.#change(device, told.change);
        thing.says = told.patch;
        return thing.hop({
          t,
          where: 'operator',
          who: 'operator',
          as: 'asked',
          what: 'asks for it',
        });
      }
      case 'twin/answered': {
        const thing = this.#change(device, told.change);
        const what = `answers ${told.status}, version ${told.version}`;
        thing.hop({ ...target, as: 'answered', what });
        if (told.status >= 300) return;
        const waiting = this.#waiting.get(device) ?? [];
        waiting.push({ version: told.version, thing });
        this.#waiting.set(device, waiting);
        return;
      }
      default: {
        if (told.change < 0) return;
        const what = `turns it away: ${told.why}`;
        this.#change(device, told.change).hop({ ...target, as: 'refused', what });
      }
    }
  }

  /** It is set by that version or a later one, which holds what the earlier ones asked for. */
  #holds(device: number, who: string, t: number, { version, why }: Told): void {
    const waiting = this.#waiting.get(device) ?? [];
    for (const { version: asked, thing } of waiting) {
      if (asked > version) continue;
      const by = asked === version ? '' : ', of which this one is part';
      const what = `is set by version ${version}${by}: ${why}`;
      thing.hop({ t, where: 'device', who, as: 'set', what });
    }
    this.#waiting.set(
      device,
      waiting.filter(({ version: asked }) => asked > version),
    );
  }

  #change(device: number, change: number): Thing {
    const { plan, book } = this.#context;
    const ref = { word: 'change', name: '', device, key: String(change) };
    return book.thing(ref, `change ${change} of the twin of ${plan.devices[device]?.id ?? '?'}`);
  }
}
