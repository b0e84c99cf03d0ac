/**
 * M13: the books balance. What the plan intends is recounted from the plan alone, and every such message must have
 * come to rest in exactly one class; one of which there is no record at all is a hole in our own books.
 */

import { scheduledCount } from '#kernel';
import { plannedCommands, STREAM } from '#oracles';
import { defineChecker, type Evidence } from '../checker.ts';
import { EvidenceBook } from '../judging/evidence.ts';
import { deviceName, finding, messageName, ms } from '../judging/witness.ts';
import { formatCount, plural } from '../wording.ts';

const CLASSES = ['delivered', 'lost', 'refused', 'not-sent', 'info'] as const;

export default defineChecker({
  kind: 'conservation',
  title: 'Every intended message is accounted for',
  refs: ['M13'],
  summary: 'Intended = delivered + lost + refused + not sent + info, recounted from the plan.',
  judges: 'always',
  broken: 'fail',
  params: {},
  applies: (plan) => plan.devices.some((device) => scheduledCount(plan, device) > 0),
  start: ({ plan, lane, devices, timeline, delivery }) => ({
    ops: [],
    end: () => {
      const book = new EvidenceBook();
      const damaged = timeline.damagedLanes.has(lane);
      const counted = new Map<number, number>();
      delivery.each((message) => {
        book.figure(message.fate);
        const planned = message.stream === STREAM.telemetry || message.stream === STREAM.command;
        if (planned && message.n < delivery.plannedCount(message.device, message.stream)) {
          counted.set(message.device, (counted.get(message.device) ?? 0) + 1);
        }
        if (message.why !== 'unaccounted') return book.kept();
        if (damaged) return book.doubt();
        book.broken(() =>
          finding(
            `${messageName(plan, message)}, intended at ${ms(message.intended) / 1000} s, has no record`,
            [deviceName(plan, message.device)],
            message.intended,
            [
              { t: ms(message.intended), who: 'plan', what: 'intended it' },
              { t: ms(timeline.end), who: 'ledger', what: 'holds nothing about it' },
            ],
          ),
        );
      });
      for (const device of devices) {
        const row = plan.devices[device];
        if (row === undefined) continue;
        const wanted = scheduledCount(plan, row) + plannedCommands(plan, device);
        const got = counted.get(device) ?? 0;
        book.figure('planned', wanted);
        if (wanted === got) continue;
        book.also(() =>
          finding(
            `${deviceName(plan, device)}: the plan intends ${wanted} messages, the account has ${got}`,
            [deviceName(plan, device)],
            timeline.end,
            [{ t: ms(timeline.end), who: 'plan', what: `intends ${wanted} messages` }],
          ),
        );
      }
      return book.close();
    },
  }),
  say: (evidence) => {
    if (evidence.findingCount > 0) {
      return `${plural(evidence.findingCount, 'hole')} in the account of ${formatCount(evidence.obligations)} messages.`;
    }
    return `${formatCount(evidence.obligations)} intended = ${classes(evidence)}; the plan itself intends ${formatCount(evidence.figures['planned'] ?? 0)} of them.`;
  },
});

const classes = ({ figures }: Evidence): string =>
  CLASSES.map((name) => `${formatCount(figures[name] ?? 0)} ${name.replace('-', ' ')}`).join(' + ');
