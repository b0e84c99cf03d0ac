/**
 * A service started, and called from then on, under its own name: what it throws in a transaction
 * would else end the platform with words of which nobody knows whose they are. Its routes and acts
 * are left as they are, since what they throw is answered, and refuses at most one question.
 */
import { hookFlaw, inNameOf, isMap, knownHint, Misuse, misnamed, mustBe } from '#kernel';
import { SERVICE_HOOKS, type Service, type ServiceKind, type ServicePorts } from './service.ts';

export function startService(kind: ServiceKind, ports: ServicePorts): Service {
  const own = <T>(hook: string, action: () => T): T =>
    inNameOf(`the service ${kind.kind}`, hook, action);
  const service = own('start', () => sound(kind, kind.start(ports)));
  const channels = Object.entries(service.channels ?? {}).map(
    ([channel, answer]) =>
      [
        channel,
        (connection: Parameters<typeof answer>[0]) =>
          own(`its channel ${channel}`, () => answer.call(service.channels, connection)),
      ] as const,
  );
  const speaks = Object.entries(service.speaks ?? {}).map(
    ([dialect, take]) =>
      [
        dialect,
        (...given: Parameters<typeof take>) =>
          own(`its dialect ${dialect}`, () => take.call(service.speaks, ...given)),
      ] as const,
  );
  const guarded: Service = {
    ready: () => own('ready', () => service.ready?.()),
    takes: (stream) => own('takes', () => service.takes?.(stream) === true),
    take: (row, isNew) => own('take', () => service.take?.(row, isNew)),
    spoken: (word) => own('spoken', () => service.spoken?.(word)),
    refused: (by, about) => own('refused', () => service.refused?.(by, about)),
    connected: (device, connection) =>
      own('connected', () => service.connected?.(device, connection)),
    disconnected: (device, connection) =>
      own('disconnected', () => service.disconnected?.(device, connection)),
    routes: service.routes,
    acts: service.acts ?? {},
    channels: Object.fromEntries(channels),
    speaks: Object.fromEntries(speaks),
    summaryOf: (device) => own('summaryOf', () => service.summaryOf?.(device) ?? {}),
    detailOf: (device) => own('detailOf', () => service.detailOf?.(device) ?? {}),
    counts: () => own('counts', () => service.counts?.() ?? {}),
  };
  const { registry, shelf } = service;
  return {
    ...guarded,
    // Asked with every message, so that whoever has nothing to say is not asked at all.
    ...(service.admit === undefined
      ? {}
      : { admit: (arrival) => own('admit', () => service.admit?.(arrival) ?? null) }),
    ...(service.store === undefined
      ? {}
      : { store: (row) => own('store', () => service.store?.(row) !== false) }),
    ...(service.noticed === undefined
      ? {}
      : { noticed: (notice) => own('noticed', () => service.noticed?.(notice)) }),
    ...(registry === undefined ? {} : { registry }),
    ...(shelf === undefined ? {} : { shelf }),
  };
}

/** What a service cannot be without. */
function sound(kind: ServiceKind, living: unknown): Service {
  const { truth, channels = [], speaks = [] } = kind;
  const flaw = hookFlaw(living, SERVICE_HOOKS);
  if (flaw !== null) throw flaw;
  if (!isMap(living)) throw new Misuse(`what it starts ${mustBe('an object', living)}`);
  const { routes } = living;
  if (!isMap(routes)) throw new Misuse(`routes of what it starts ${mustBe('a map', routes)}`);
  if (typeof routes[truth] !== 'function') {
    const { hint } = knownHint(truth, Object.keys(routes));
    throw new Misuse(`no route '${truth}' for its truth`, hint);
  }
  declared('channel', channels, living.channels);
  declared('dialect', speaks, living.speaks);
  return living as unknown as Service;
}

/** What it answers is what it says that it answers. */
function declared(what: string, said: readonly string[], living: unknown): void {
  const answered = Object.keys(isMap(living) ? living : {});
  const stranger = answered.find((name) => !said.includes(name));
  const silent = said.find((name) => !answered.includes(name));
  if (stranger !== undefined) {
    throw misnamed(`it answers the ${what} '${stranger}' and does not declare it`, stranger, said);
  }
  if (silent !== undefined) {
    throw misnamed(`it declares the ${what} '${silent}' and does not answer it`, silent, answered);
  }
}
