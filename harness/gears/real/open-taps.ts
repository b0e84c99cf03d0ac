/**
 * The taps of a real run, laid before the proxies that lead to them, and only for cohorts that a
 * fault on packets may hit.
 */
import { type TapHands, type TapTold, tappedCohorts, undoAll } from '#chaos';
import { WorldError } from '#kernel';
import { logOf, type Remote, remedyFor } from '../../processes/remote.ts';
import type { Vitals } from '../../processes/stall-watch.ts';
import type { Address } from '../../wire/tcp-links.ts';
import type { RealRun } from './real-run.ts';
import { script } from './script.ts';
import type { TapAct, TapOrders } from './tap-process.ts';

export interface OpenTaps {
  hands: TapHands;
  /** `host:port` of a cohort's tap. */
  addresses: ReadonlyMap<number, string>;
}

const DIALLED_MS = 30_000;
const CALL_MS = 5000;
const NAME = 'tap';

/** Null where no fault of the plan acts on packets. */
export async function openTaps(run: RealRun, { host, port, tls }: Address): Promise<OpenTaps | null> {
  if (tappedCohorts(run.plan).size === 0) return null;
  if (tls !== null) throw new WorldError('veiled-packets', 'no tap can see packets in TLS');
  const remote = await startProcess(run);
  const orders: TapOrders = {
    directory: run.directory.path,
    run: run.id,
    secret: run.secret,
    credentialsFile: run.credentialsFile,
    upstream: `${host}:${port}`,
  };
  remote.onHung = (error) => run.lose(error);
  remote.onNews = (news, value) => hear(run, news, value);
  const addresses = new Map(await remote.call<[number, string][]>('init', orders, DIALLED_MS));
  run.undo.register('the taps', () => remote.call('end', null, CALL_MS));
  return { hands: handsOf(remote), addresses };
}

function handsOf(remote: Remote): TapHands {
  let next = 1;
  return {
    act: async (cohort, { id }) => {
      const number = next++;
      const act: TapAct = { number, cohort, fault: id };
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
      args: [...script('./tap-process'), run.control.path, NAME],
      log: run.directory.file(`log/${NAME}.log`),
    },
    () => {},
    (why, signal) =>
      run.lose(new WorldError('proxy', `the tap ${why}`, remedyFor(signal) ?? logOf(NAME))),
  );
  return dialled;
}

function hear(run: RealRun, news: string, value: unknown): void {
  if (news === 'tapped') run.ledger.write('tapped', { ...(value as TapTold) });
  else if (news === 'stall') run.notes.stall(NAME, value as number);
  else if (news === 'vitals') run.notes.vitals(NAME, value as Vitals);
}
