/**
 * What a target promises, before anybody asked it: the defaults per kind, and what the scenario
 * declares on top.
 */
import type { Guarantees, TargetPlan } from '#kernel';
import type { ScenarioTarget } from '#scenarios';

/** The platform twin keeps everything it acknowledged, over a kill -9 too. */
const TWIN: Guarantees = {
  durableSessions: true,
  durableRetained: true,
  durableTelemetry: true,
  queueLimit: 32_767,
  inflightLimit: 1000,
  maxQos: 2,
  acknowledgesEarly: false,
  ordered: true,
  willOnTakeOver: true,
  mqtt: '3.1.1',
};

/**
 * A broker of which nothing is known is taken to promise what a Mosquitto in its default
 * configuration does.
 */
const BROKER: Guarantees = {
  durableSessions: false,
  durableRetained: false,
  durableTelemetry: false,
  queueLimit: 1000,
  inflightLimit: 20,
  maxQos: 2,
  acknowledgesEarly: false,
  ordered: true,
  willOnTakeOver: false,
  mqtt: '3.1.1',
};

export function planTarget(target: ScenarioTarget, mutant: string | null): TargetPlan {
  const nothing = {
    url: null,
    binary: null,
    ca: null,
    credentialsFile: null,
    clientId: null,
    topic: null,
    payload: null,
    hands: null,
    mutant,
  };
  switch (target.kind) {
    case 'embedded':
      return {
        ...nothing,
        kind: 'embedded',
        name: 'platform twin',
        guarantees: TWIN,
        keepsTelemetry: true,
        queries: true,
      };
    case 'process':
      return {
        ...nothing,
        kind: 'process',
        name: target.binary,
        binary: target.binary,
        guarantees: { ...BROKER, ...target.guarantees },
        keepsTelemetry: false,
        queries: false,
      };
    case 'url':
      return {
        ...nothing,
        kind: 'url',
        name: withoutCredentials(target.url),
        url: withoutCredentials(target.url),
        ca: target.ca,
        credentialsFile: target.credentials,
        clientId: target.clientId,
        topic: target.topic,
        payload: target.payload,
        hands: target.hands,
        guarantees: { ...BROKER, ...target.guarantees },
        keepsTelemetry: false,
        queries: false,
      };
  }
}

/** Secrets never reach a plan or a report. */
const withoutCredentials = (url: string): string => url.replace(/\/\/[^/@]*@/, '//');
