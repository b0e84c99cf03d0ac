/**
 * Why a SUBSCRIBE of mqtt.js came to nothing, in words for whoever reads a verdict: a target may
 * grant most of what is asked in one packet, and it matters what it does not.
 */
import { SUBSCRIPTION_REFUSED } from '#kernel';

/** Null where the target said nothing of it: the connection ended before. */
export function subscribeRefusal(filters: readonly string[], error: Error): string | null {
  const granted = grantedIn(error);
  if (granted === null) return null;
  // MQTT 5 has a code for each reason, all from that of 3.1.1 on.
  const isRefused = (code: unknown): boolean =>
    typeof code === 'number' && code >= SUBSCRIPTION_REFUSED;
  const refused = filters[granted.findIndex(isRefused)] ?? filters[0];
  return `it refuses the subscription to ${refused}: ${error.message}`;
}

/** mqtt.js hangs the SUBACK on the error that it makes of it. */
function grantedIn(error: Error): readonly unknown[] | null {
  const { packet } = error as { packet?: { granted?: unknown } };
  return Array.isArray(packet?.granted) ? packet.granted : null;
}
