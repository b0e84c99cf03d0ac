/**
 * The watch over a proxy's control API. A process that ends is told by the warden, but one that
 * stands still, or a foreign one that is gone, says nothing: without this the faults of a run would
 * be asked of nobody until each call ran into its own limit.
 */
import { askToxiproxy } from '#chaos';
import { WorldError } from '#kernel';

const ASK_EVERY_MS = 1000;
const ANSWER_MS = 3000;
/**
 * Two questions in a row without an answer, and so long since the last one: a machine that stood
 * still for a moment answers the second.
 */
const SILENT_MS = 5000;

/** Ends with what it gives. Tells once. */
export function watchProxy(
  url: string,
  name: string,
  onSilent: (error: WorldError) => void,
): () => void {
  const ending = new AbortController();
  void watch(url, ending.signal).then((why) => {
    if (why === null) return;
    const message = `the control API of ${name} at ${url} does not answer any more: ${why}`;
    onSilent(new WorldError('proxy', message, 'see log/proxy.log in the run directory'));
  });
  return () => ending.abort();
}

/** Why it is given up; null when nobody wants to know any more. */
async function watch(url: string, ending: AbortSignal): Promise<string | null> {
  let answeredAt = performance.now();
  let missed = 0;
  while (!ending.aborted) {
    await pause(ASK_EVERY_MS, ending);
    const why = await askToxiproxy(url, ANSWER_MS).then(
      () => null,
      (error: Error) => error.message,
    );
    if (ending.aborted) return null;
    missed = why === null ? 0 : missed + 1;
    if (why === null) answeredAt = performance.now();
    else if (missed >= 2 && performance.now() - answeredAt >= SILENT_MS) return why;
  }
  return null;
}

const pause = (ms: number, ending: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      resolve();
    };
    const timer = setTimeout(() => {
      ending.removeEventListener('abort', done);
      resolve();
    }, ms);
    ending.addEventListener('abort', done, { once: true });
  });
