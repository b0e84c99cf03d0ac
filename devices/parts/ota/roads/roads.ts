/** The roads that there are, by the word with which an entry chooses one. */
import type { EntryPlan, Params } from '#kernel';
import type { Updater } from '../../../firmware/updater.ts';
import type { PartDevice } from '../../../part.ts';
import { ddiRoad } from './ddi.ts';
import { nativeRoad } from './native.ts';
import type { Road, RoadEnds, RoadKind } from './road.ts';

const NATIVE = 'native';
const ROADS: Readonly<Record<string, RoadKind>> = {
  [NATIVE]: nativeRoad,
  ddi: ddiRoad,
};

export const ROAD_PARAMS: Params = {
  road: {
    kind: 'choice',
    of: Object.keys(ROADS),
    about: 'How it hears of offers and tells how it fares.',
    default: NATIVE,
  },
  poll: {
    kind: 'duration',
    about: 'By the road ddi: how often it asks, until its server says another time.',
    default: '5s',
    min: '1s',
  },
  tenant: {
    kind: 'text',
    about: 'By the road ddi: the first word of all paths at its server.',
    default: 'DEFAULT',
  },
};

export const roadOf = (device: PartDevice, updater: Updater, ends: RoadEnds): Road =>
  (ROADS[String(device.paramsOf('ota').road)] ?? nativeRoad)(device, updater, ends);

/** Whether its devices hear and tell by messages. */
export const isByMessages = ({ parts }: EntryPlan): boolean =>
  (parts.find(({ kind }) => kind === 'ota')?.params.road ?? NATIVE) === NATIVE;
