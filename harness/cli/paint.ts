/** Colours, only where somebody looks: on a terminal, and never against NO_COLOR. */
import type { Host } from './host.ts';

export interface Paint {
  strong(text: string): string;
  faint(text: string): string;
  accent(text: string): string;
  good(text: string): string;
  warn(text: string): string;
  bad(text: string): string;
}

export function paint(on: boolean): Paint {
  const style = (open: number, close: number) => (text: string) =>
    on ? `\u001b[${open}m${text}\u001b[${close}m` : text;
  return {
    strong: style(1, 22),
    faint: style(2, 22),
    accent: style(36, 39),
    good: style(32, 39),
    warn: style(33, 39),
    bad: style(31, 39),
  };
}

export function wantsColour(host: Host, isTty: boolean): boolean {
  if (host.env.NO_COLOR !== undefined && host.env.NO_COLOR !== '') return false;
  if (host.env.FORCE_COLOR !== undefined && host.env.FORCE_COLOR !== '0') return true;
  return isTty;
}
