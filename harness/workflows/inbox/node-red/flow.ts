/**
 * The rules of an inbox as a flow of Node-RED: what devices say comes in, a function node for each
 * rule, and its alarms go out. The file is what Node-RED keeps as flows.json.
 */
import { type InboxPlan, inboxOf, type Plan, type Problem, type RulePlan } from '#kernel';
import { functionText } from './function-text.ts';
import { Untold } from './javascript.ts';

export interface FlowBroker {
  host: string;
  port: number;
}

export type Flow = readonly Readonly<Record<string, unknown>>[];

/** Every device of every run: which run it is stands in the topic. */
const READINGS = 'tw/+/+/#';
const TAB = 'twinstorm-rules';
const BROKER = 'twinstorm-broker';
const OUT = 'twinstorm-alarms';

/** `isLaned`: whether the dialect of the plan is. What is wrong, where it cannot be made. */
export function nodeRedFlow(
  plan: Plan,
  broker: FlowBroker,
  isLaned: boolean,
): Flow | readonly Problem[] {
  const inbox = inboxOf(plan);
  const problems = inbox === null ? [NO_INBOX] : flaws(plan, inbox, isLaned);
  if (inbox === null || problems.length > 0) return problems;
  const { topic, rules } = inbox;
  const ids = rules.map((_, place) => `twinstorm-rule-${place + 1}`);
  return [
    { id: TAB, type: 'tab', label: `rules of ${plan.scenario.name}`, disabled: false, info: '' },
    brokerNode(broker),
    {
      ...{ id: 'twinstorm-readings', type: 'mqtt in', z: TAB, name: 'readings', topic: READINGS },
      ...{ qos: '1', datatype: 'utf8', broker: BROKER, nl: false, rap: true, rh: 0, inputs: 0 },
      ...{ x: 120, y: 80, wires: [ids] },
    },
    ...rules.map((rule, place) => ({
      ...{ id: ids[place], type: 'function', z: TAB, name: rule.name, outputs: 1, timeout: 0 },
      ...{ func: functionText(rule, topic), noerr: 0, initialize: '', finalize: '', libs: [] },
      ...{ x: 320, y: 80 + 60 * place, wires: [[OUT]] },
    })),
    {
      ...{
        id: OUT,
        type: 'mqtt out',
        z: TAB,
        name: 'alarms',
        topic: '',
        qos: '2',
        retain: 'false',
      },
      ...{ respTopic: '', contentType: '', userProps: '', correl: '', expiry: '', broker: BROKER },
      ...{ x: 520, y: 80, wires: [] },
    },
  ];
}

export const isFlow = (made: Flow | readonly Problem[]): made is Flow =>
  made.every((one) => 'type' in one);

function brokerNode({ host, port }: FlowBroker) {
  const nothing = Object.fromEntries(
    ['birth', 'close', 'will'].flatMap((word) => [
      [`${word}Topic`, ''],
      [`${word}Qos`, '0'],
      [`${word}Payload`, ''],
      [`${word}Msg`, {}],
    ]),
  );
  return {
    ...{ id: BROKER, type: 'mqtt-broker', name: '', broker: host, port: String(port) },
    ...{ clientid: TAB, autoConnect: true, usetls: false, protocolVersion: '4', keepalive: '60' },
    ...{ cleansession: false, autoUnsubscribe: true, ...nothing, userProps: '', sessionExpiry: '' },
  };
}

const NO_INBOX: Problem = {
  code: 'no-inbox',
  message: 'the scenario has no inbox, so no platform goes by rules of its own',
  hint: 'write workflows: [{ inbox: { rules: [{ name: warm, when: temperature > 8 }] } }]',
};

function flaws({ target, devices }: Plan, { rules }: InboxPlan, isLaned: boolean): Problem[] {
  const spoken = isLaned && target.codec === 'json';
  return [
    ...(spoken ? [] : [ANOTHER_TONGUE]),
    ...(devices.some(({ via = null }) => via !== null) ? [CARRIED] : []),
    ...rules.flatMap((rule, place) => untold(rule, place)),
  ];
}

function untold(rule: RulePlan, place: number): Problem[] {
  try {
    functionText(rule, '');
    return [];
  } catch (error) {
    if (!(error instanceof Untold)) throw error;
    const message = `the rule ${rule.name} cannot be said in JavaScript: it ${error.message}`;
    return [{ code: 'untold', path: `rules[${place}]`, message, hint: 'compare numbers alone' }];
  }
}

const ANOTHER_TONGUE: Problem = {
  code: 'dialect',
  message: 'the flow reads the native dialect with JSON, and this target is spoken to otherwise',
  hint: 'leave topic, payload and dialect of the target out',
};

const CARRIED: Problem = {
  code: 'carried',
  message: 'what gateways carry may come several in one packet, and the flow reads one by one',
  hint: 'take a scenario without via',
};
