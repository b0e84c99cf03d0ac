/**
 * Removes from a Toxiproxy what a dead run had made there: `URL PREFIX`. The warden runs it when
 * the runner is gone, and `twinstorm heal` when both are. Ends with 1 where something may be left.
 */
import { takeBackProxies } from '#chaos';

/** Twice this is less than what the warden grants to an undo. */
const CALL_MS = 4000;

const [url = '', prefix = ''] = process.argv.slice(2);
takeBackProxies(url, prefix, CALL_MS).then(
  (left) => {
    if (left.length > 0) process.stderr.write(`still there: ${left.join(', ')}\n`);
    process.exit(left.length > 0 ? 1 : 0);
  },
  (error: Error) => {
    process.stderr.write(`${url}: ${error.message}\n`);
    process.exit(1);
  },
);
