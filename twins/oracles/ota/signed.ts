/** What was signed for devices, of which board each is, and how it loads, by the plan. */
import { type FirmwarePlan, firmwareOf, HARDWARE, type Plan, type Spoil } from '#kernel';

/** What a device asks for at a time where its entry says nothing. */
const RANGE_BYTES = 4096;

/** What the entry of a device sets of how it takes firmware; undefined where it says nothing. */
export function paramOf({ devices, entries }: Plan, device: number, name: string): unknown {
  const entry = entries[devices[device]?.entry ?? -1];
  return entry?.parts.find(({ kind }) => kind === 'ota')?.params[name];
}

/** The road of those who speak by messages; others ask when they like. */
export const NATIVE = 'native';
/** The road of those who ask by HTTP, of which a ledger tells nothing. */
export const DDI = 'ddi';

export const roadOf = (plan: Plan, device: number): string =>
  String(paramOf(plan, device, 'road') ?? NATIVE);

export const boardOf = (plan: Plan, device: number): string =>
  String(paramOf(plan, device, 'board') ?? HARDWARE);

export const rangeOf = (plan: Plan, device: number): number =>
  Number(paramOf(plan, device, 'range') ?? RANGE_BYTES);

/** What was spoilt before it was signed, or signed by others, is for none of them. */
export function signedOf(plan: Plan): Set<string> {
  const all = firmwareOf(plan);
  const images = [
    ...all.flatMap(({ factory, factories = {} }) => [factory, ...Object.values(factories)]),
    ...all.filter(isSigned).map(({ campaign }) => campaign.image),
  ];
  return new Set(images.map(nameOf));
}

const UNFIT: readonly Spoil[] = ['forged', 'unknown-key', 'unknown-alg'];

/** By some key; whether a device trusts that is another question. */
export const isSigned = ({ campaign: { spoil, signedBy = null } }: FirmwarePlan): boolean =>
  spoil === 'as-it-is' ? signedBy !== null : !UNFIT.includes(spoil);

/** The image of one release under the name of another was signed by nobody. */
export const nameOf = ({ version, sha256 }: { version: string; sha256: string }): string =>
  `${version} ${sha256}`;
