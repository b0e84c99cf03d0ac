/** Stories about what comes to an inbox, and whether anybody understands it. */
import { INBOX_OPS, type Plan } from '#kernel';
import type { CheckerFixtures } from '../checker-fixtures.ts';
import { DRAINED, healthy, type Story } from '../story.ts';

const READ = DRAINED + 200;
const RULE = {
  ...{ name: 'high', of: '', at: 0, when: 'level > 5.0', clear: 'level < 2.0' },
  ...{ forMs: 0, clearForMs: 0, deadlineMs: 500 },
  ...{ per: 'device', terms: [], window: null, silentMs: 0, changes: [] },
};

/** An alarm was raised. */
function raised(): Story {
  const resolved = { topic: 'alarms', rules: [RULE] };
  const story = healthy({
    devices: 1,
    workflows: [{ workflow: 'inbox', session: 'inbox', resolved }] as unknown as Plan['workflows'],
    ops: [INBOX_OPS],
  });
  const times = { since: 5000, at: 5000, isAgain: false };
  const reading = { n: 0, at: 5000, received: 5040, values: '{"level":6}' };
  story.add('inbox/reading', 5040, { device: 0, ...reading });
  story.add('inbox/told', 5050, { device: 0, rule: RULE.name, what: 'raised', ...times });
  story.add('inbox/heard', READ, { device: 0 });
  return story;
}

const strange = (why: string, says: string) => (): Story => {
  const story = raised();
  story.fine();
  return story.add('inbox/strange', 6000, { device: -1, why, says });
};

/** It names somebody whom the shard that speaks for all does not know. */
const elsewhere = (says: string) => (): Story => {
  const story = raised();
  story.fine();
  return story.add('inbox/elsewhere', 6000, { device: -1, says });
};

const understood: CheckerFixtures = {
  passing: {
    'an alarm is raised': () => raised().fine(),
    'a stranger calls': () =>
      raised()
        .add('inbox/refused', READ, { device: -1, status: 401, times: 2, first: 9, why: 'so' })
        .fine(),
    'one is of a device of another shard': () => {
      const story = raised();
      const says = story.plan.devices[0]?.id ?? '';
      return story.add('inbox/elsewhere', 6000, { device: -1, says }).fine();
    },
  },
  failing: {
    'it is not JSON': strange('it is not JSON', 'what?'),
    'it is of no device': elsewhere('nobody/1'),
  },
  undecided: {
    'the session was lost': () => raised().add('inbox/deaf', READ, { device: 0, why: 'so' }),
    'the target does not take the rules': () =>
      raised().add('inbox/deaf', READ, { device: -1, why: 'so' }),
  },
};

export default { 'inbox-understood': understood };
