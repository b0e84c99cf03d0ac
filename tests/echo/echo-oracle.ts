/**
 * The oracle: what each device said again, whether that was acknowledged, and what was kept; and of
 * the whole fleet, who said what, since what is kept of a device may be another one's.
 */
import type { LedgerEntry, OracleKind } from '../../harness/authors.ts';

export interface Echo {
  device: number;
  n: number;
  said: string;
  /** Microseconds. */
  saidAt: number;
  isAcked: boolean;
  kept: string | null;
  /** Who says what is kept in its place, where it is not its own. */
  keptOf: number | null;
}

/** Asked as `echo/fleet`. */
export interface EchoVoices {
  step(entry: LedgerEntry): void;
  whose(said: string): number | null;
}

export interface EchoOracle {
  step(entry: LedgerEntry): void;
  all(): Iterable<Echo>;
  /** Whether the service was read back whole for this device. */
  isRead(device: number): boolean;
}

export default {
  family: 'oracle',
  kind: 'echo',
  summary: 'what devices said again, and what was kept of it',
  scope: 'lane',
  fleet: {
    ops: ['echo/heard'],
    start: (): EchoVoices => {
      const voices = new Map<string, number>();
      return {
        whose: (said) => voices.get(said) ?? null,
        step: (entry) => {
          if (entry.op === 'echo/heard') voices.set(String(entry.said), entry.device);
        },
      };
    },
  },
  start: ({ plan, timeline, lane, of }): EchoOracle => {
    const voices = of<EchoVoices>('echo/fleet');
    const stream = plan.streams.find(({ name }) => name === 'echo')?.code;
    const echoes = new Map<string, Echo>();
    const read = new Set<number>();
    // What is acknowledged later may be missing from an answer that is already on its way.
    const { beganAt } = timeline.readsOf(lane ?? -1);
    const at = ({ device, n }: { device: number; n?: unknown }): string => `${device} ${n}`;
    return {
      all: () => echoes.values(),
      isRead: (device) => read.has(device),
      step: (entry) => {
        const { device } = entry;
        if (entry.op === 'echo/heard') {
          const { t, n, said } = entry;
          const place = { device, n: Number(n), said: String(said), saidAt: t };
          if (!echoes.has(at(entry)))
            echoes.set(at(entry), { ...place, isAcked: false, kept: null, keptOf: null });
        } else if (entry.op === 'acked' && entry.stream === stream && entry.t < beganAt) {
          const echo = echoes.get(at(entry));
          if (echo !== undefined) echo.isAcked = true;
        } else if (entry.op === 'echo/kept') {
          const echo = echoes.get(at(entry));
          if (echo === undefined) return;
          echo.kept = String(entry.said);
          const whose = voices.whose(echo.kept);
          echo.keptOf = whose === device ? null : whose;
        } else if (entry.op === 'echo/read') read.add(device);
      },
    };
  },
} satisfies OracleKind<EchoOracle> & { family: string };
