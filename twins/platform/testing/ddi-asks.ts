/** TEST ONLY. Requests of a device that speaks hawkBit's DDI, one after the other. */
import type { Platform } from '../platform.ts';
import { channelAsks } from './channel-asks.ts';

export type { Asks } from './channel-asks.ts';

/** What a server gives as a link, or in the midst of anything that it says. */
export const linkIn = (text: string, name: string): string | null =>
  new RegExp(`"${name}":\\{"href":"http://[^/"]+([^"]+)"`).exec(text)?.[1] ?? null;

export const ddiAsks = (platform: Platform) => channelAsks(platform, 'ota');
