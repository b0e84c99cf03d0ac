/**
 * Removes from a Toxiproxy what a dead run had made there: `URL PREFIX`. The warden runs it when
 * the runner is gone, and `twinstorm heal` when both are. Its code says where to try again.
 */
import { takeBackProxies } from '#chaos';
import { TRY_AGAIN } from '../../processes/undo-code.ts';

/** Twice this is less than what the warden grants to an undo. */
const CALL_MS = 4000;

const [url = '', prefix = ''] = process.argv.slice(2);
takeBackProxies(url, prefix, CALL_MS).then(
  (left) => {
    if (left.length > 0) process.stderr.write(`still there: ${left.join(', ')}\n`);
    process.exit(left.length > 0 ? TRY_AGAIN : 0);
  },
  (error: Error) => {
    process.stderr.write(`${url}: ${error.message}\n`);
    process.exit(TRY_AGAIN);
  },
);
