/**
 * Judges a platform that goes by rules of its own and sends its alarms to a topic, or by HTTP to a
 * webhook: nobody asks it for anything. What it may know of devices is what our observers see come
 * by, and what it makes of that is what comes to the inbox. A target that takes orders, as our twin
 * does, is told to do so.
 */
import { INBOX_OPS, type InboxPlan, type ParamValues, type Problem, TERM_DOES } from '#kernel';
import { LivingInbox } from './inbox/living-inbox.ts';
import { inboxParams } from './inbox/params.ts';
import { readRule } from './rules/reading.ts';
import { placeOf, readWebhook } from './webhook-params.ts';
import { defineWorkflow } from './workflow.ts';

/** No wildcard, nothing of the broker's own, no empty level. */
const TOPIC = /^[^/$+#\s][^/+#\s]*(\/[^/+#\s]+)*$/;
const TOPIC_MAX = 200;

export default defineWorkflow({
  kind: 'inbox',
  summary: 'judges the alarms that a platform sends to a topic or a webhook, by rules of its own',
  params: inboxParams,
  ops: INBOX_OPS,
  // Our own twin, where it plays the platform, goes by its rules.
  wakes: ['rules'],
  resolve: (params, context) => {
    const { topic, http, problems, notes } = readWay(params);
    const rules = listOf(params.rules).map((given, place) => {
      const { resolved, problems: own } = readRule(
        { ...given, per: 'device', at: 'warmup' },
        context,
        TERM_DOES.filter((one) => one !== 'alarm'),
      );
      for (const problem of own) {
        const path = `rules[${place}].${problem.path ?? ''}`.replace(/\.$/, '');
        problems.push({ ...problem, path });
      }
      return { ...resolved, at: 0 };
    });
    const resolved: InboxPlan = { topic, ...(http === null ? {} : { http }), rules };
    const places = http === null ? [] : [placeOf(http)];
    const takes = ['the inbox', ...places, ...rules.map(({ name }) => `rule ${name}`)];
    rules.forEach(({ name }, place) => {
      if (rules.findIndex((one) => one.name === name) < place) problems.push(twice(place, name));
    });
    const isHeard = http === null && !problems.includes(NO_TOPIC);
    const hears = isHeard ? { hears: { topic, path: 'topic' } } : {};
    return { resolved, problems, takes, notes, ...hears };
  },
  start: (ports, resolved) => new LivingInbox(ports, resolved as InboxPlan),
});

/** By which of the two alarms come. */
function readWay({ topic, http }: ParamValues) {
  if (http === undefined) {
    const told = String(topic ?? 'alarms');
    const isTopic = TOPIC.test(told) && told.length <= TOPIC_MAX;
    const notes = topic === undefined ? [ON_ALARMS] : [];
    return { topic: told, http: null, problems: isTopic ? [] : [NO_TOPIC], notes };
  }
  const { webhook, ...said } = readWebhook('http', http as ParamValues);
  if (topic !== undefined) said.problems.push(BOTH);
  return { topic: '', http: webhook, ...said };
}

const ON_ALARMS =
  'the inbox says neither topic nor http: it listens to the topic alarms, and to any below it';

const BOTH: Problem = {
  code: 'bad-value',
  path: 'topic',
  message: 'alarms come to a topic or by HTTP, and not by both',
  hint: 'write one of topic and http',
};

const NO_TOPIC: Problem = {
  code: 'bad-value',
  path: 'topic',
  message: 'alarms cannot come on such a topic',
  hint: 'write one without +, # and a leading $, such as alarms or plant/alarms',
};

const twice = (place: number, name: string): Problem => ({
  code: 'twice',
  path: `rules[${place}].name`,
  message: `there is a rule ${name} before it`,
  hint: 'call it otherwise: alarms say which rule they are of by its name',
});

const listOf = (value: unknown): ParamValues[] =>
  Array.isArray(value) ? value.map((one) => one as ParamValues) : [];
