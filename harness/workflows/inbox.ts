/**
 * Judges a platform that goes by rules of its own and sends its alarms to a topic: nobody asks it
 * for anything. What it may know of devices is what our observers see come by, and what it makes of
 * that is what comes to the topic. A target that takes orders, as our twin does, is told to do so.
 */
import { INBOX_OPS, type InboxPlan, type ParamValues, type Problem } from '#kernel';
import { LivingInbox } from './inbox/living-inbox.ts';
import { inboxParams } from './inbox/params.ts';
import { readRule } from './rules/reading.ts';
import { defineWorkflow } from './workflow.ts';

/** No wildcard, nothing of the broker's own, no empty level. */
const TOPIC = /^[^/$+#\s][^/+#\s]*(\/[^/+#\s]+)*$/;
const TOPIC_MAX = 200;

export default defineWorkflow({
  kind: 'inbox',
  summary: 'judges the alarms that a platform sends to a topic, by rules of its own',
  params: inboxParams,
  ops: INBOX_OPS,
  resolve: (params, context) => {
    const topic = String(params.topic);
    const problems: Problem[] = TOPIC.test(topic) && topic.length <= TOPIC_MAX ? [] : [NO_TOPIC];
    const rules = listOf(params.rules).map((given, place) => {
      const { resolved, problems: own } = readRule(
        { ...given, per: 'device', at: 'warmup' },
        context,
      );
      for (const problem of own) {
        const path = `rules[${place}].${problem.path ?? ''}`.replace(/\.$/, '');
        problems.push({ ...problem, path });
      }
      return { ...resolved, at: 0 };
    });
    const resolved: InboxPlan = { topic, rules };
    const takes = ['the inbox', ...rules.map(({ name }) => `rule ${name}`)];
    rules.forEach(({ name }, place) => {
      if (rules.findIndex((one) => one.name === name) < place) problems.push(twice(place, name));
    });
    return { resolved, problems, takes };
  },
  start: (ports, resolved) => new LivingInbox(ports, resolved as InboxPlan),
});

const NO_TOPIC: Problem = {
  code: 'bad-value',
  path: 'topic',
  message: 'alarms cannot come on such a topic',
  hint: 'write one without + and #, such as alarms or plant/alarms',
};

const twice = (place: number, name: string): Problem => ({
  code: 'twice',
  path: `rules[${place}].name`,
  message: `there is a rule ${name} before it`,
  hint: 'call it otherwise: alarms say which rule they are of by its name',
});

const listOf = (value: unknown): ParamValues[] =>
  Array.isArray(value) ? value.map((one) => one as ParamValues) : [];
