/** The platform's own way: offers and what is said of them are messages of two streams. */
import type { Job } from '../../../firmware/job.ts';
import { readOffer } from '../offer.ts';
import type { OtaSeams } from '../seams.ts';
import type { Road, RoadKind } from './road.ts';
import { Voice } from './voice.ts';

export const nativeRoad: RoadKind = (device, updater, ends): Road => {
  const voice = new Voice(device, updater, () => ends.fell());
  return {
    online: () => voice.ask(() => ends.state()),
    say: () => voice.say(() => ends.state()),
    ended: () => {
      const { campaign = '' } = updater.last ?? {};
      const asks = device.seam<OtaSeams['askNext']>('askNext')?.(device.row.id, campaign);
      if (asks === false) voice.say(() => ends.state());
      else voice.ask(() => ends.state());
    },
    isSilentFor: (ms) => voice.isSilentFor(ms),
    hush: () => voice.hush(),
    inbox: ({ stream, values }) => {
      const offer = stream === 'ota-notify' ? readOffer(values) : null;
      if (offer === null) return;
      if (values.cancel === true) ends.calledOff(offer);
      else ends.offered(offer);
    },
    open: (events) => device.open('ota', events),
    pathOf: ({ campaign }: Job, isPatch) => `/ota/${campaign}${isPatch ? '/delta' : ''}`,
  };
};
