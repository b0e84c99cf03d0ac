/**
 * The message account: every intended message in exactly one class, duplicates apart, and whether
 * it adds up.
 */
import { type Markup, markup } from '../../plots/markup.ts';
import { stackedBar } from '../../plots/stacked-bar.ts';
import type { Result } from '../../result.ts';
import {
  formatCount,
  formatShare,
  MESSAGE_CLASSES,
  plural,
  shareOf,
  unaccounted,
} from '../../wording.ts';

export function messagesSection({ messages }: Result): Markup {
  const missing = unaccounted(messages);
  const parts = MESSAGE_CLASSES.map(({ key, label }) => ({
    label,
    count: messages[key],
    tone: `m-${key}`,
  }));
  return markup`<section class="card" id="messages"><h2>Messages</h2>
<p class="lead"><b>${formatCount(messages.intended)}</b> intended = ${MESSAGE_CLASSES.map(
    ({ key, label }, index) =>
      markup`${index > 0 && ' + '}<span class="${messages[key] === 0 ? 'zero' : 'some'}"><b>${formatCount(messages[key])}</b> ${label}</span>`,
  )}</p>
${missing !== 0 && markup`<p class="warning" role="note">The classes do not add up: ${plural(missing, 'message')} unaccounted for.</p>`}
${messages.intended === 0 ? markup`<p class="none">Nothing was intended.</p>` : stackedBar('Messages by class', parts)}
<ul class="classes">${MESSAGE_CLASSES.map(
    ({
      key,
      label,
      meaning,
    }) => markup`<li class="${messages[key] === 0 ? 'zero' : 'some'}"><i class="swatch m-${key}" aria-hidden="true"></i><span><b>${label}</b> ${formatShare(shareOf(messages[key], messages.intended))}<small>${meaning}</small></span></li>
`,
  )}<li class="apart ${messages.duplicates === 0 ? 'zero' : 'some'}"><i class="swatch m-duplicates" aria-hidden="true"></i><span><b>duplicates</b> ${formatCount(messages.duplicates)}<small>extra deliveries, counted apart</small></span></li></ul>
</section>`;
}
