/** A relay that was interrupted goes on a page before where it was, and keeps that behind it. */
import { defineDeviceMutant } from '../mutant.ts';
import type { RelaySeams } from '../parts/relay.ts';

const PAGE_BYTES = 256;

export default defineDeviceMutant<RelaySeams>({
  kind: 'relay-resumes-early',
  summary: 'a relay that was interrupted goes on a page too early, and keeps that behind it',
  word: 'relay',
  caughtBy: 'relay-true',
  scenario: 'relayed-firmware',
  plant: (fired) => ({
    resumeFetch: (gateway, at) => {
      if (at < PAGE_BYTES) return at;
      fired(`${gateway} ${at}`);
      return at - PAGE_BYTES;
    },
  }),
});
