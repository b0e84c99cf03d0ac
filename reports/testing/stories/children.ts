/** Stories about what a gateway says of those on its bus. */
import { BusStory } from '../bus-story.ts';
import type { CheckerFixtures } from '../checker-fixtures.ts';

/** It is there, and that was said. */
const there = (): BusStory => new BusStory().answered(1, 3000).told(1, 3500, false);
const silent = (): BusStory => there().missed(1, 6000, 7000, 8000);

const gatewayChildren: CheckerFixtures = {
  passing: {
    'one is there': () => there().story,
    'one falls silent, is told lost, and is there again': () =>
      silent().told(1, 8500, true).answered(1, 9000).told(1, 9500, false).story,
    'two questions are left open, and not three': () =>
      there().missed(1, 6000, 7000).answered(1, 8000).story,
    'the gateway loses its memory, and says it anew': () =>
      there().off(6000).answered(1, 9000).told(1, 9500, false).story,
  },
  failing: {
    'one falls silent, and nobody is told': () => silent().story,
    'it is told too late': () => silent().told(1, 12_000, true).story,
    'a healthy one is told lost': () => there().told(1, 6000, true).story,
    'one that left two open is told lost': () =>
      there().missed(1, 6000, 7000).told(1, 7500, true).story,
    'one that is back is not told of': () => silent().told(1, 8500, true).answered(1, 9000).story,
    'one that never answered is told to be there': () => new BusStory().told(1, 6000, false).story,
    'what a child said is lost, and nothing had taken it off': () => {
      const { story } = there();
      const telemetry = story.plan.streams.find(({ code }) => code === 0);
      telemetry?.skips.push('off-bus');
      story.add('not-sent', 6000, { device: 1, stream: 0, n: 101, why: 'off-bus' });
      return story.add('state', 6000, { device: 0, state: 'power.on' });
    },
  },
  undecided: {
    'the run ends before it is due': () => new BusStory().answered(1, 19_000).story,
  },
};

export default { 'gateway-children': gatewayChildren };
