/** TEST ONLY. An oracle after a history. */
export { foldHistory } from '../fold-history.ts';
