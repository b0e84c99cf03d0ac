/** Latency per phase. */
import { type Markup, markup } from '../../plots/markup.ts';
import { spanTable } from '../../plots/span-table.ts';
import type { Result } from '../../result.ts';

export function latencySection({ latency }: Result): Markup {
  const rows = latency.map(({ phase, ...figures }) => ({ name: phase, ...figures }));
  return markup`<section class="card" id="latency"><h2>Latency by phase</h2>
<p class="note">From the intended time to the observer, so that waiting in a buffer counts.
The row “all” leaves the warm-up out.</p>
${rows.length === 0 ? markup`<p class="none">No latency was measured.</p>` : spanTable('Latency', 'Phase', rows)}</section>`;
}
