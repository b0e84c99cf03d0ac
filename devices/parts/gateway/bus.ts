/**
 * The local side of a gateway: a bus on which its children stand. What kind of bus it is has a file
 * of its own in buses/; what all have in common is here: the faults that act on it, and what the
 * gateway knows of the health of its children. Nothing of it goes over the uplink's network.
 */
import type { BusTrouble, EntryPlan, Param, Params, ParamValues } from '#kernel';
import type { Letter, Parcel } from '../../freight.ts';
import type { PartChild, PartDevice, PartFlaw } from '../../part.ts';
import type { BusKind, LocalBus } from './bus-kind.ts';
import { BusSide } from './bus-side.ts';
import coap from './buses/coap.ts';
import lorawan from './buses/lorawan.ts';
import modbus from './buses/modbus.ts';
import polled from './buses/polled.ts';
import sleepy from './buses/sleepy.ts';
import { LOST_AFTER } from './child-health.ts';

const KINDS: readonly BusKind[] = [polled, sleepy, lorawan, modbus, coap];

const fieldsOf = ({ word, about, fields }: BusKind): Params =>
  word === null ? fields : { [word]: { kind: 'record', about, optional: true, fields } };

export const BUS: Param = {
  kind: 'record',
  about: 'The wire between the gateway and its children; at once and for certain if left out.',
  optional: true,
  fields: Object.assign({ misses: LOST_AFTER }, ...KINDS.map(fieldsOf)) as Params,
};

/** Of the kinds that it asks for by name. */
const wordsOf = (params: ParamValues): string[] =>
  KINDS.flatMap(({ word }) => (word !== null && params[word] !== undefined ? [word] : []));

const kindOf = (params: ParamValues): BusKind => {
  const [asked = null] = wordsOf(params);
  return KINDS.find(({ word }) => word === asked) ?? polled;
};

/** What is wrong with it, given those that stand on it. */
export function busFlaws(params: ParamValues, children: readonly PartChild[]): readonly PartFlaw[] {
  const [first = '', second] = wordsOf(params);
  if (second !== undefined) {
    const message = `one bus is ${first} or ${second}, and not both`;
    const hint = `leave ${second} out, or give those on it gateways of their own`;
    return [{ path: ['bus', second], message, hint }];
  }
  const kind = kindOf(params);
  if (kind.word === null) return kind.flaws?.(params, children, ['bus']) ?? [];
  return kind.flaws?.(params[kind.word] as ParamValues, children, ['bus', kind.word]) ?? [];
}

/** What of it is a real bus in real time. */
export const fieldBusesOf = (params: ParamValues | null): readonly string[] => {
  if (params === null) return [];
  const { isField, word } = kindOf(params);
  return isField === true && word !== null ? [word] : [];
};

/** Why children on it have no line to the gateway; null where they have. */
export const noLineOn = (params: ParamValues | null): string | null =>
  params === null ? null : (kindOf(params).noLine ?? null);

/** Whether such a fault acts on it: where nobody is asked, silence tells nothing. */
export function feels(params: ParamValues | null, trouble: BusTrouble): boolean {
  if (params === null) return false;
  const kind = kindOf(params);
  return kind.asks && kind.feels?.(trouble) !== false;
}

/** On which the children of an entry stand; null where they hand over at once. */
export const busOf = ({ parts }: EntryPlan): ParamValues | null =>
  (parts.find(({ kind }) => kind === 'gateway')?.params.bus as ParamValues | undefined) ?? null;

export class Bus {
  readonly #side: BusSide;
  readonly #bus: LocalBus;
  readonly #holds: boolean;

  constructor(device: PartDevice, params: ParamValues, take: (parcel: Parcel) => void) {
    const kind = kindOf(params);
    this.#holds = kind.holds;
    const own = kind.word === null ? params : (params[kind.word] as ParamValues);
    this.#side = new BusSide(device, Number(params.misses), take);
    this.#bus = kind.start(this.#side, own, params);
  }

  begin(): void {
    this.#bus.begin();
  }

  offered(child: number): void {
    if (!this.#side.loses(child)) this.#bus.offered?.(child);
  }

  brought(letter: Letter): void {
    const { passenger: child, stream, n, bytes } = letter;
    if (this.#holds) this.#side.device.write('gateway/brought', { child, stream, n, bytes });
    this.#bus.brought(letter);
  }

  reaches(child: number): boolean {
    return !this.#side.isSilent(child);
  }

  struck(child: number, fault: string, trouble: BusTrouble): void {
    this.#side.struck(child, fault, trouble);
  }

  relieved(child: number, fault: string): void {
    this.#side.relieved(child, fault);
  }

  /** Its memory is gone, and with it what was on its way. */
  clear(): Parcel[] {
    this.#bus.forgot();
    return this.#side.forgot();
  }

  end(): void {
    this.#side.end();
    this.#bus.end();
  }
}
