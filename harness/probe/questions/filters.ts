/** How many topic filters one session is granted, up to a bound. */
import { fact, notKept, type Question, saying } from '../question.ts';

const TRIED = 100;
const REFUSED = 0x80;

export const filters: Question = {
  name: 'filters-per-session',
  ask: async (stand) => {
    const client = await stand.open('filters', { clean: false });
    let granted = 0;
    let ended = '';
    while (granted < TRIED && ended === '') {
      const answer = await client.subscribe([stand.topic(`filters/${granted}/#`)], 1);
      if (answer === null) ended = client.isClosed ? 'the connection ended' : 'there was no answer';
      else if ((answer[0] ?? REFUSED) >= REFUSED) ended = `SUBACK said ${answer[0]}`;
      else granted++;
    }
    client.destroy();
    const seen = `one session subscribed to one filter after the other, ${TRIED} at most`;
    if (ended === '') return [fact('filters-per-session', `${TRIED} at least`, seen)];
    const line = notKept('filters-per-session', `${granted}, then ${ended}`, seen);
    return [granted < 2 ? line : saying(line, { filtersPerSession: granted })];
  },
};
