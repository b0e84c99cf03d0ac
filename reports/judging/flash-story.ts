/** In words: what the flash of a device went through until something was amiss. */
import type { Plan } from '#kernel';
import type { Oracles } from '#oracles';
import type { WitnessEvent } from '../result.ts';
import { formatCount } from '../wording.ts';
import { deviceName, ms } from './witness.ts';

type FlashEvent = ReturnType<Oracles['flash']['until']>[number];
type Fields = FlashEvent['fields'];

/** Of a state that says nothing new there is no word. */
const STATES: Readonly<Record<string, string>> = {
  'ota.downloading': 'loads the image',
  'ota.verifying': 'looks at what it has loaded',
  'ota.staged': 'has the whole image on its stage',
  'ota.installing': 'writes it into its other bank',
  'ota.rebooting': 'restarts',
  'ota.testing': 'has it on trial',
};

const WORDS: Readonly<Record<FlashEvent['op'], (fields: Fields) => string>> = {
  off: ({ cause }) => `loses its power (${cause})`,
  state: ({ state }) => STATES[String(state)] ?? '',
  'ota/began': ({ version, campaign, attempt }) =>
    `takes the offer of ${version} (${campaign}, attempt ${attempt})`,
  'ota/fetched': ({ bytes, size }) =>
    `has loaded ${formatCount(Number(bytes))} bytes, of an image of ${formatCount(Number(size))}`,
  'ota/booted': ({ why, version, counter, trial }) =>
    `comes up (${why}) with ${version}, counter ${counter}${trial === true ? ', on trial' : ''}`,
  'ota/bricked': ({ why }) => `comes up (${why}) and finds nothing that it can run`,
  'ota/harmed': ({ fault }) => `has its flash harmed by ${fault}`,
  'ota/kept': ({ version }) => `marks ${version} as its own for good`,
  'ota/ended': ({ attempt, status, why }) =>
    `notes that attempt ${attempt} ${status}${why === '' ? '' : `: ${why}`}`,
};

/** What led to it. */
export function flashStory(
  plan: Plan,
  flash: Oracles['flash'],
  device: number,
  t: number,
): WitnessEvent[] {
  const who = deviceName(plan, device);
  return flash.until(device, t).flatMap(({ t: at, op, fields }): WitnessEvent[] => {
    const what = WORDS[op](fields);
    return what === '' ? [] : [{ t: ms(at), who, what }];
  });
}
