/**
 * What a device measured, written down as it is: whoever makes windows of its readings is held
 * against this, and not against what he kept of them himself. Nothing of it goes over the network.
 */
import { readingTexts, tiersOver } from '#kernel';
import { definePart, type Part, type PartDevice } from '../part.ts';

const STREAM = 'telemetry';

export default definePart({
  kind: 'tiers',
  summary: 'writes down what its device measures, for those who make windows of it',
  ops: { 'tiers/measured': { device: 'device', n: 'count', at: 'signed', values: 'text' } },
  start: (device) => measuring(device),
});

function measuring(device: PartDevice): Part {
  if (tiersOver(device.plan, device.row.id) === null) return {};
  const stream = device.plan.streams.find(({ name }) => name === STREAM)?.code;
  return {
    measured: (message) => {
      if (message.stream !== stream || message.as !== undefined) return;
      const own = Object.entries(message.values).filter(isNumber);
      const at = Math.round(message.intended ?? device.now());
      for (const values of readingTexts(Object.fromEntries(own))) {
        device.write('tiers/measured', { n: message.n, at, values });
      }
    },
  };
}

const isNumber = (entry: [string, unknown]): entry is [string, number] => Number.isFinite(entry[1]);
