/**
 * What a person sees while a run goes on: a fixed panel on a terminal, a plain line now and then
 * elsewhere. It draws on stderr, so that stdout stays for results.
 */

import type { Progress } from '#harness';
import { formatDuration } from '#kernel';
import type { Host } from './host.ts';
import { paint } from './paint.ts';

export interface Panel {
  show(progress: Progress): void;
  /** A line that stays. */
  say(text: string): void;
  /** Takes the panel off the screen. */
  end(): void;
}

/** The words of the panel and of the plain lines, for `--help`. */
export const PANEL_WORDS = `
While it runs
  connected      devices with a connection, of all that have one of their own
  msg/s          messages that observers saw, by the second
  p50, p99       from the intended time of a message to the observer, of what was just seen
  buffered       held by devices that cannot send now
  unseen         acknowledged by the target, and not seen by an observer yet
  duplicate      seen once more
  late           seen more than a second after the intended time
  These are live counts. The verdict comes from the ledger, and may say that none of it is a fault.`;

const PLAIN_EVERY_S = 5;
const REDRAW_S = 0.1;
const WIDTH_MAX = 110;

export function openPanel(host: Host, quiet: boolean): Panel {
  if (quiet) return { show: () => {}, say: () => {}, end: () => {} };
  return host.stderrIsTty && host.env.TERM !== 'dumb' ? livePanel(host) : plainLines(host);
}

function livePanel(host: Host): Panel {
  let height = 0;
  let drawnAt = -1;
  let rate = { t: 0, count: 0, perSecond: 0 };
  const wipe = (): void => {
    if (height > 0) host.stderr(`\u001b[${height}A\u001b[0J`);
    height = 0;
  };
  return {
    show: (progress) => {
      rate = nextRate(rate, progress);
      if (host.seconds() - drawnAt < REDRAW_S) return;
      drawnAt = host.seconds();
      const lines = panelLines(progress, rate.perSecond, Math.min(host.columns(), WIDTH_MAX));
      wipe();
      host.stderr(`${lines.join('\n')}\n`);
      height = lines.length;
    },
    say: (text) => {
      wipe();
      host.stderr(`${text}\n`);
    },
    end: wipe,
  };
}

/** A piece of a line, and how it is painted. */
type Piece = readonly [text: string, paint?: (text: string) => string];

function panelLines(progress: Progress, perSecond: number, width: number): string[] {
  const { counts, activeFaults } = progress;
  const colour = paint(true);
  const bad = (count: number, label: string): Piece => [
    `${count} ${label}`,
    count > 0 ? colour.bad : colour.faint,
  ];
  const faults: Piece[] =
    activeFaults.length === 0
      ? [['none', colour.faint]]
      : activeFaults.map((fault): Piece => [fault, colour.warn]);
  return [
    barLine(progress, width),
    ...packed(
      [
        [`connected ${counts.connected}/${counts.devices}`, colour.strong],
        [`${perSecond.toFixed(0)} msg/s`],
        [`p50 ${ms(progress.p50)}`],
        [`p99 ${ms(progress.p99)}`],
        [`buffered ${counts.buffered}`],
      ],
      width,
    ),
    ...packed(
      [
        bad(counts.missing, 'unseen'),
        bad(counts.duplicates, 'duplicate'),
        bad(counts.late, 'late'),
        [`sent ${counts.sent}`],
        [`acknowledged ${counts.acked}`],
      ],
      width,
    ),
    ...packed([['faults'], ...faults], width),
  ];
}

/** How far it is; what there is no room for is left out, the bar first. */
function barLine(progress: Progress, width: number): string {
  const colour = paint(true);
  const done = Math.min(1, progress.t / Math.max(1, progress.end));
  const left = formatDuration(Math.max(0, Math.round((progress.end - progress.t) / 1000) * 1000));
  const words = `${percent(done)}  ${left} left`;
  const phase = progress.phase.padEnd(8);
  const room = width - 1 - INDENT.length - phase.length - words.length - 2;
  if (room < 4) return packed([[progress.phase, colour.strong], [words.trim()]], width)[0] ?? '';
  const filled = Math.round(room * done);
  const bar = colour.accent('━'.repeat(filled)) + colour.faint('━'.repeat(room - filled));
  return `${INDENT}${colour.strong(phase)} ${bar} ${words}`;
}

const INDENT = '  ';
const BETWEEN = '   ';

/**
 * As many pieces to a line as there is room for, and never one column more: a line that the
 * terminal breaks by itself is one more than is wiped.
 */
function packed(pieces: readonly Piece[], width: number): string[] {
  const lines: string[] = [];
  const most = Math.max(1, width - 1 - INDENT.length);
  let line = '';
  let used = 0;
  for (const [whole, painted = (text: string) => text] of pieces) {
    const text = whole.length > most ? `${whole.slice(0, most - 1)}…` : whole;
    const fits = used > 0 && used + BETWEEN.length + text.length <= most;
    if (!fits && used > 0) lines.push(line);
    line = fits ? `${line}${BETWEEN}${painted(text)}` : `${INDENT}${painted(text)}`;
    used = fits ? used + BETWEEN.length + text.length : text.length;
  }
  return used > 0 ? [...lines, line] : lines;
}

function plainLines(host: Host): Panel {
  let saidAt = -Infinity;
  let phase = '';
  let rate = { t: 0, count: 0, perSecond: 0 };
  return {
    show: (progress) => {
      rate = nextRate(rate, progress);
      const changed = progress.phase !== phase;
      if (!changed && host.seconds() - saidAt < PLAIN_EVERY_S) return;
      saidAt = host.seconds();
      phase = progress.phase;
      const { counts, activeFaults } = progress;
      const words = [
        `connected ${counts.connected}/${counts.devices}`,
        `${rate.perSecond.toFixed(0)} msg/s`,
        `p99 ${ms(progress.p99)}`,
        `unseen ${counts.missing}`,
        `duplicate ${counts.duplicates}`,
        `late ${counts.late}`,
        ...(activeFaults.length > 0 ? [`faults: ${activeFaults.join(', ')}`] : []),
      ];
      const at = formatDuration(Math.round(progress.t / 1000) * 1000).padStart(6);
      host.stderr(`${clock(host)} ${at} ${phase.padEnd(7)} ${words.join('  ')}\n`);
    },
    say: (text) => host.stderr(`${clock(host)} ${text}\n`),
    end: () => {},
  };
}

/** What stays in a log is looked for by the time of others: the machine's, UTC. */
const clock = (host: Host): string => host.isoTime().slice('2026-01-01T'.length, -'.000Z'.length);

type Rate = { t: number; count: number; perSecond: number };

/** Messages per second over at least the last second of the run's time. */
function nextRate(rate: Rate, progress: Progress): Rate {
  const span = progress.t - rate.t;
  if (span < 1000) return rate;
  const count = progress.counts.observed;
  return { t: progress.t, count, perSecond: ((count - rate.count) * 1000) / span };
}

const ms = (value: number | null): string =>
  value === null ? '–' : formatDuration(Math.round(value));
const percent = (share: number): string => `${Math.round(share * 100)} %`.padStart(5);
