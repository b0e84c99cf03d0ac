/**
 * A Vitest reporter that ends every run by saying which tests were skipped and why. A skip without
 * a reason fails the run: "it was green" must not mean "nobody looked". The reason is the note of
 * `context.skip(condition, reason)`.
 */
import type { Reporter, TestModule, Vitest } from 'vitest/node';

export interface Skip {
  test: string;
  reason: string | undefined;
}

export default class Skips implements Reporter {
  readonly #write: (text: string) => void;
  #filtered = false;

  constructor(write: (text: string) => void = (text) => void process.stdout.write(text)) {
    this.#write = write;
  }

  onInit({ config }: Vitest): void {
    this.#filtered = config.testNamePattern !== undefined;
  }

  /** What a name filter (`-t`) leaves out is not a skip, but looks like one: say nothing then. */
  onTestRunEnd(modules: readonly TestModule[]): void {
    if (this.#filtered) return;
    const { text, unexplained } = skipReport(modules.flatMap(skipsOf));
    this.#write(text);
    if (unexplained > 0) process.exitCode = 1;
  }
}

/** What is printed, grouped by reason, and how many skips have none. */
export function skipReport(skips: readonly Skip[]): { text: string; unexplained: number } {
  if (skips.length === 0) return { text: '\nNothing was skipped.\n', unexplained: 0 };
  const byReason = new Map<string, string[]>();
  for (const { test, reason } of skips) {
    const key = reason ?? 'NO REASON GIVEN, which fails the run; use context.skip(true, reason)';
    byReason.set(key, [...(byReason.get(key) ?? []), test]);
  }
  const lines = [...byReason].flatMap(([reason, tests]) => [
    `  ${reason}`,
    ...tests.map((test) => `    ${test}`),
  ]);
  const unexplained = skips.filter(({ reason }) => reason === undefined).length;
  return { text: `\n${skips.length} skipped:\n${lines.join('\n')}\n`, unexplained };
}

function skipsOf(module: TestModule): Skip[] {
  return [...module.children.allTests('skipped')].map((test) => {
    const result = test.result();
    const reason = result.state === 'skipped' ? result.note : undefined;
    return { test: `${module.relativeModuleId} > ${test.fullName}`, reason };
  });
}
