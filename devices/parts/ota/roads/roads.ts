/** The roads that there are, by the word with which an entry chooses one. */
import type { EntryPlan, Params, ParamValues } from '#kernel';
import type { PartBesides } from '../../../besides.ts';
import type { Updater } from '../../../firmware/updater.ts';
import type { PartDevice } from '../../../part.ts';
import { ddiRoad } from './ddi.ts';
import { JOB_OPS, JOB_STREAMS } from './jobs/requests.ts';
import { jobsRoad } from './jobs.ts';
import { nativeRoad } from './native.ts';
import type { Road, RoadEnds, RoadKind } from './road.ts';
import { OTA_STREAMS } from './voice.ts';

const [NATIVE, JOBS] = ['native', 'jobs'];
const ROADS: Readonly<Record<string, RoadKind>> = {
  [NATIVE]: nativeRoad,
  ddi: ddiRoad,
  [JOBS]: jobsRoad,
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

/** Streams and ops of the road jobs. */
export const JOBS_BESIDES: PartBesides = {
  where: (params: ParamValues) => params.road === JOBS,
  streams: JOB_STREAMS,
  ops: JOB_OPS,
};

/** By which the devices of an entry hear and tell, where that is by messages. */
export function roadStreams({ parts }: EntryPlan): readonly string[] {
  const road = parts.find(({ kind }) => kind === 'ota')?.params.road ?? NATIVE;
  const streams = road === NATIVE ? OTA_STREAMS : road === JOBS ? JOB_STREAMS : [];
  return streams.map(({ name }) => name);
}
