/**
 * What a scenario asks of MQTT 5 and cannot have: a target that speaks 3.1.1 alone, devices with no
 * connection of their own, a delay of what there is not. Nothing of it is quietly left out, since a
 * run would then be judged for something else.
 */
import { type EntryPlan, type Guarantees, type Plan, type Problem, speaks5 } from '#kernel';
import type { Scenario } from '#scenarios';

/** `because`: where that is written, or how it was found. */
export function versionProblems(
  wanted: '5' | undefined,
  { mqtt }: Pick<Guarantees, 'mqtt'>,
  { name, because }: { name: string; because: string },
): Problem[] {
  if (wanted === undefined || mqtt === wanted) return [];
  return [
    {
      code: 'mqtt-version',
      path: 'target.mqtt',
      message: `target.mqtt is 5, and ${name} promises MQTT ${mqtt} alone (${because})`,
      hint: 'use process:mosquitto, or say mqtt: 5 under target.guarantees if it speaks that',
    },
  ];
}

interface Asked {
  scenario: Pick<Scenario, 'fleet' | 'commands' | 'workflows'>;
}

export function mqtt5Problems(
  { scenario }: Asked,
  plan: Pick<Plan, 'target' | 'entries' | 'streams'>,
): Problem[] {
  const isSpoken = speaks5(plan);
  const place = placeIn(scenario);
  return [
    ...plan.entries.flatMap((entry, index) => {
      if (entry.mqtt5 === undefined) return [];
      const path = `fleet[${index}].mqtt5`;
      if (!isSpoken) return [notSpoken(path, `the devices of ${entry.id} make use of MQTT 5`)];
      return entryProblems(entry, path, scenario.fleet[index]?.via != null);
    }),
    ...plan.streams.flatMap(({ name, expiryS, asksReply }) => {
      if (expiryS !== undefined && !Number.isInteger(expiryS)) return [notWhole(place)];
      if (isSpoken || (expiryS === undefined && asksReply === undefined)) return [];
      const what = expiryS === undefined ? 'asks for a reply' : 'expires';
      return [notSpoken(place, `what goes down as ${name} ${what}`)];
    }),
  ];
}

/** Where a workflow says it of what it sends. */
function placeIn({ commands, workflows }: Asked['scenario']): string {
  if (commands?.expiryS !== undefined || commands?.reply === true) return 'commands';
  const said = workflows.find(({ with: given }) => 'expiry' in given || 'reply' in given);
  return said?.place ?? 'workflows';
}

/** Somebody makes use of version 5, and the plan says nothing of it. */
export const notSpoken = (path: string, what: string): Problem => ({
  code: 'mqtt-version',
  path,
  message: `${what}, and the target is spoken to in 3.1.1`,
  hint: 'say mqtt: 5 under target, of a target that speaks it: { process: mosquitto, mqtt: 5 }',
});

const notWhole = (path: string): Problem => ({
  code: 'bad-value',
  path: `${path}.expiry`,
  message: `${path}.expiry must be whole seconds: MQTT counts it so`,
});

function entryProblems(entry: EntryPlan, path: string, isCarried: boolean): Problem[] {
  const { mqtt5 = {}, session, will, carries } = entry;
  const wrong = (key: string, message: string, hint: string): Problem => ({
    code: 'mqtt-version',
    path: key === '' ? path : `${path}.${key}`,
    message,
    hint,
  });
  if (isCarried) {
    const message = `the devices of ${entry.id} are carried, and have no connection of their own`;
    return [wrong('', message, 'say it of the gateways that carry them')];
  }
  const problems: Problem[] = [];
  if (mqtt5.sessionExpiryS !== undefined && session !== 'persistent') {
    const message = `${path}.session-expiry is of sessions that are kept, and these are clean`;
    problems.push(wrong('session-expiry', message, 'say session: persistent'));
  }
  if (mqtt5.willDelayS !== undefined && (!will || session !== 'persistent')) {
    const message = `${path}.will-delay needs a will, and a session that outlives the connection`;
    problems.push(wrong('will-delay', message, 'say will: true and session: persistent'));
  }
  if (mqtt5.expiryS !== undefined && carries === true) {
    const message = `${path}.expiry would be said of what they carry as well`;
    problems.push(wrong('expiry', message, 'leave it out for devices that carry others'));
  }
  return problems;
}
