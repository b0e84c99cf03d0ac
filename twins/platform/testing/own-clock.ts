/** Time that a test lets pass, and nothing else does. */
export function ownClock() {
  let now = 0;
  const timers: { at: number; action: () => void }[] = [];
  return {
    now: () => now,
    after: (delayMs: number, action: () => void) => {
      const timer = { at: now + delayMs, action };
      timers.push(timer);
      return () => void timers.splice(timers.indexOf(timer), 1);
    },
    async pass(ms: number): Promise<void> {
      const end = now + ms;
      for (;;) {
        const next = timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
        if (next === undefined) break;
        timers.splice(timers.indexOf(next), 1);
        now = Math.max(now, next.at);
        next.action();
        // What it writes is committed in the next turn.
        for (let k = 0; k < 3; k++) await new Promise((resolve) => setImmediate(resolve));
      }
      now = end;
    },
  };
}
