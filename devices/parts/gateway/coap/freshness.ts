/**
 * Which of two notifications of a resource is the newer one (RFC 7641, 3.4). Datagrams overtake
 * one another, so each bears a number of 24 bits that starts again from 0; of two that lie half the
 * circle apart nobody can tell, and after 128 seconds the number tells nothing and time does.
 */

/** How many numbers there are, and half of them. */
export const SEQUENCES = 0x100_0000;
const HALF = SEQUENCES / 2;
/** As long as no number can come again, however quickly a device counts. */
const FORGOTTEN_MS = 128_000;

/** A notification by its number, and when it came in. */
export interface Stamped {
  seq: number;
  at: number;
}

export const isNewer = (one: Stamped, than: Stamped): boolean =>
  (than.seq < one.seq && one.seq - than.seq < HALF) ||
  (than.seq > one.seq && than.seq - one.seq > HALF) ||
  one.at > than.at + FORGOTTEN_MS;
