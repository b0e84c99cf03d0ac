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

const PLAIN_EVERY_S = 5;
const REDRAW_S = 0.1;

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
      const lines = panelLines(progress, rate.perSecond, Math.min(host.columns(), 110));
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

function panelLines(progress: Progress, perSecond: number, width: number): string[] {
  const { counts } = progress;
  const colour = paint(true);
  const done = Math.min(1, progress.t / Math.max(1, progress.end));
  const barWidth = Math.max(10, width - 46);
  const filled = Math.round(barWidth * done);
  const bar = colour.accent('━'.repeat(filled)) + colour.faint('━'.repeat(barWidth - filled));
  const left = formatDuration(Math.max(0, Math.round((progress.end - progress.t) / 1000) * 1000));
  const bad = (count: number, label: string): string =>
    count > 0 ? colour.bad(`${count} ${label}`) : colour.faint(`0 ${label}`);
  return [
    `  ${colour.strong(progress.phase.padEnd(8))} ${bar} ${percent(done)}  ${left} left`,
    `  connected ${colour.strong(`${counts.connected}/${counts.devices}`)}   ${perSecond.toFixed(0)} msg/s   p50 ${ms(progress.p50)}   p99 ${ms(progress.p99)}   buffered ${counts.buffered}`,
    `  ${bad(counts.missing, 'unseen')}   ${bad(counts.duplicates, 'duplicate')}   ${bad(counts.late, 'late')}   sent ${counts.sent}   acknowledged ${counts.acked}`,
    `  faults    ${progress.activeFaults.length === 0 ? colour.faint('none') : colour.warn(progress.activeFaults.join('  '))}`,
  ];
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
      const { counts } = progress;
      const faults =
        progress.activeFaults.length > 0 ? `  faults: ${progress.activeFaults.join(', ')}` : '';
      host.stderr(
        `${formatDuration(Math.round(progress.t / 1000) * 1000).padStart(6)} ${phase.padEnd(7)} connected ${counts.connected}/${counts.devices}  ${rate.perSecond.toFixed(0)} msg/s  p99 ${ms(progress.p99)}  unseen ${counts.missing}  duplicate ${counts.duplicates}  late ${counts.late}${faults}\n`,
      );
    },
    say: (text) => host.stderr(`${text}\n`),
    end: () => {},
  };
}

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
