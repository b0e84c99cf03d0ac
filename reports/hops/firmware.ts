/**
 * An offer of firmware to one device: when it was made, taken, loaded and booted, and how it ended;
 * with the messages by which the device told so. The campaign that made it is its cause.
 */
import { type LedgerEntry, streamOf } from '#kernel';
import { defineHops, type HopsContext, type HopsFold } from '../hops.ts';
import type { Hop, Thing } from '../tracing/trace-book.ts';

interface Told {
  campaign: string;
  attempt: number;
  version: string;
  status: string;
  why: string;
  bytes: number;
  size: number;
  trial: boolean;
  n: number;
  at: number;
  move: string;
  wave: number;
  passed: boolean;
  confirmed: number;
  failed: number;
  of: number;
}

export default defineHops({
  kind: 'firmware',
  summary: 'how an offer of firmware fared: made, taken, loaded, booted, ended and told',
  ops: [
    'ota/asked',
    'ota/answered',
    'ota/told',
    'ota/took',
    'ota/gate',
    'ota/offered',
    'ota/began',
    'ota/whole',
    'ota/fetched',
    'ota/booted',
    'ota/ended',
    'ota/said',
    'ota/settled',
  ],
  names: { offer: 'offer:CAMPAIGN@DEVICE@ATTEMPT', campaign: 'campaign:NAME' },
  rare: ['offer', 'campaign'],
  start: (context) => new Offers(context),
  asks: [],
  look: (_, sights) => {
    const began = new Map<number, number>();
    return {
      ops: ['ota/began', 'ota/ended'],
      step: (entry) => {
        const { device, t } = entry;
        const { campaign, attempt, status } = entry as unknown as Told;
        if ((entry.op as string) === 'ota/began') return void began.set(device, t);
        const since = began.get(device);
        if (since === undefined) return;
        const why = status === 'confirmed' ? 'slowest firmware offer' : `firmware ${status}`;
        const ref = { word: 'offer', name: campaign, device, key: String(attempt) };
        sights.note(why, t - since, ref, { why, at: since, tookUs: t - since });
      },
      end: () => {},
    };
  },
});

class Offers implements HopsFold {
  readonly #context: HopsContext;
  /** Of each device, the offer that it is at. */
  readonly #open = new Map<number, Thing>();
  readonly #statuses: number | null;

  constructor(context: HopsContext) {
    this.#context = context;
    const { streams } = context.plan;
    this.#statuses = streams.find(({ name }) => name === 'ota-status')?.code ?? null;
  }

  step(entry: LedgerEntry): void {
    const { device, t } = entry;
    const op = entry.op as string;
    const told = entry as unknown as Told;
    if (device < 0) return this.#operator(entry, told);
    const who = this.#context.plan.devices[device]?.id ?? '?';
    const here = { t, where: 'device', who } as const;
    switch (op) {
      case 'ota/booted': {
        const on = told.trial ? ', on trial' : '';
        return this.#open
          .get(device)
          ?.hop({ ...here, as: 'booted', what: `boots ${told.version}${on}` });
      }
      case 'ota/said':
        return this.#said(device, told);
      case 'ota/offered':
      case 'ota/settled': {
        const hop = { t: told.at * 1000, where: 'action', who: 'target' } as const;
        const what =
          op === 'ota/offered'
            ? ({ as: 'offered', what: 'offers it', comesFirst: true } as const)
            : { as: 'settled', what: `has it as ${told.status}` };
        return this.#offer(device, told).hop({ ...hop, ...what, isToldByTarget: true });
      }
      default:
        this.#offer(device, told).hop({ ...here, ...wordsOf(op, told) });
    }
    if (op === 'ota/began') this.#open.set(device, this.#offer(device, told));
    if (op === 'ota/ended') this.#open.delete(device);
  }

  #operator(entry: LedgerEntry, told: Told): void {
    const campaign = this.#campaign(told.campaign);
    const before = campaign.hops.findLast(({ as }) => as === 'asked' || as === 'told');
    const isAnswer = ['ota/answered', 'ota/took'].includes(entry.op);
    // It took effect at an instant of the target's between the question and the answer.
    if (isAnswer && before !== undefined && Number(told.status) < 300)
      this.#context.book.targetClock.saw(told.at * 1000, before.t, entry.t);
    campaign.hop(asked(entry, told));
  }

  /** The message by which a device tells how an offer fares. */
  #said(device: number, told: Told): void {
    if (told.campaign === '' || this.#statuses === null) return;
    const { plan, book } = this.#context;
    if (streamOf(plan, this.#statuses) === undefined) return;
    const message = book.message(device, this.#statuses, told.n);
    message.says = `${told.campaign}: ${told.status}`;
    book.led(this.#offer(device, told), message, 'is told by');
  }

  #offer(device: number, { campaign, attempt }: Told): Thing {
    const { plan, book } = this.#context;
    const who = plan.devices[device]?.id ?? '?';
    const ref = { word: 'offer', name: campaign, device, key: String(attempt) };
    const offer = book.thing(ref, `offer ${attempt} of ${campaign} to ${who}`);
    book.led(this.#campaign(campaign), offer, 'offers');
    return offer;
  }

  #campaign(name: string): Thing {
    const ref = { word: 'campaign', name, device: -1, key: '' };
    return this.#context.book.thing(ref, `campaign ${name}`);
  }
}

function wordsOf(op: string, told: Told): Pick<Hop, 'as' | 'what'> {
  if (op === 'ota/began') return { as: 'begun', what: `takes the offer of ${told.version}` };
  if (op === 'ota/whole') return { as: 'whole', what: `loads all of the image: ${told.why}` };
  if (op === 'ota/fetched')
    return { as: 'loaded', what: `has loaded ${told.bytes} of ${told.size} bytes` };
  const why = told.why === '' ? '' : `, ${told.why}`;
  return { as: 'ended', what: `is done with it: ${told.status}${why}` };
}

function asked({ op, t }: LedgerEntry, told: Told): Hop {
  const target = { t, where: 'action', who: 'target' } as const;
  const operator = { t, where: 'operator', who: 'operator' } as const;
  switch (op as string) {
    case 'ota/asked':
      return { ...operator, as: 'asked', what: 'asks for it' };
    case 'ota/told':
      return { ...operator, as: 'told', what: `says: ${told.move}` };
    case 'ota/gate': {
      const figures = `${told.confirmed} confirmed and ${told.failed} failed of ${told.of}`;
      const what = `${told.passed ? 'lets' : 'does not let'} wave ${told.wave} pass: ${figures}`;
      return { ...target, t: told.at * 1000, as: 'gate', what, isToldByTarget: true };
    }
    default:
      return { ...target, as: 'answered', what: `answers ${told.status}` };
  }
}
