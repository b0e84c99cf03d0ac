/**
 * Hops of our own between proxies and target: laid before the proxies that lead to them, and only
 * for links on which something stands.
 */
import { standingLinks, type TapHands, type TapTold, tappedCohorts, undoAll } from '#chaos';
import { channelsOf, WorldError } from '#kernel';
import { logOf, type Remote, remedyFor } from '../../processes/remote.ts';
import { script } from '../../processes/script.ts';
import type { Vitals } from '../../processes/stall-watch.ts';
import type { Address } from '../../wire/tcp-links.ts';
import type { HopAct, HopAddress, HopOrders } from './hop-process.ts';
import type { RealRun } from './real-run.ts';

export interface OpenHops {
  hands: TapHands;
  /** `host:port`; undefined where nothing stands. */
  addressOf(cohort: number, channel: string | null): string | undefined;
  /** Time runs from then on, also for radios. */
  startAt(origin: number): Promise<void>;
}

const DIALLED_MS = 30_000;
const CALL_MS = 5000;
const NAME = 'hops';

/** Null where nothing stands on any link. */
export async function openHops(
  run: RealRun,
  addressOf: (channel?: string) => Address,
): Promise<OpenHops | null> {
  const { plan } = run;
  if (standingLinks(plan).length === 0) return null;
  const { tls, websocket } = addressOf();
  if (tappedCohorts(plan).size > 0 && (tls !== null || websocket !== undefined)) {
    throw new WorldError('veiled-packets', 'no tap can see packets in TLS or WebSocket frames');
  }
  const remote = await startProcess(run);
  const textOf = ({ host, port }: Address): string => `${host}:${port}`;
  const orders: HopOrders = {
    directory: run.directory.path,
    run: run.id,
    secret: run.secret,
    credentialsFile: run.credentialsFile,
    upstream: textOf(addressOf()),
    channels: channelsOf(plan).map((channel) => [channel, textOf(addressOf(channel))]),
  };
  remote.onHung = (error) => run.lose(error);
  remote.onNews = (news, value) => hear(run, news, value);
  const hops = await remote.call<HopAddress[]>('init', orders, DIALLED_MS);
  const keyOf = (cohort: number, channel: string | null): string => `${cohort}/${channel ?? ''}`;
  const addresses = new Map(hops.map((one) => [keyOf(one.cohort, one.channel), one.address]));
  run.undo.register('the hops', () => remote.call('end', null, CALL_MS));
  return {
    hands: handsOf(remote),
    addressOf: (cohort, channel) => addresses.get(keyOf(cohort, channel)),
    startAt: (origin) => remote.call('start', origin, CALL_MS),
  };
}

function handsOf(remote: Remote): TapHands {
  let next = 1;
  return {
    act: async (cohort, { id }) => {
      const number = next++;
      const act: HopAct = { number, cohort, fault: id };
      await remote.call('act', act, CALL_MS);
      return undoAll([() => remote.call('cease', number, CALL_MS)]);
    },
  };
}

function startProcess(run: RealRun): Promise<Remote> {
  const dialled = run.control.expect(NAME, DIALLED_MS);
  run.processes.start(
    {
      id: NAME,
      command: process.execPath,
      args: [...script('./hop-process', import.meta.url), run.control.path, NAME],
      log: run.directory.file(`log/${NAME}.log`),
    },
    () => {},
    (why, signal) =>
      run.lose(
        new WorldError('proxy', `the hops' process ${why}`, remedyFor(signal) ?? logOf(NAME)),
      ),
  );
  return dialled;
}

function hear(run: RealRun, news: string, value: unknown): void {
  if (news === 'tapped') run.ledger.write('tapped', { ...(value as TapTold) });
  else if (news === 'stall') run.notes.stall(NAME, value as number);
  else if (news === 'vitals') run.notes.vitals(NAME, value as Vitals);
}
