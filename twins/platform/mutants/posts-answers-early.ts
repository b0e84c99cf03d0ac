/** Answers a post before its message is committed: what a kill finds in between is lost. */
import { defineMutant } from '../mutant.ts';
import type { PostsSeams } from '../services/posts.ts';

const LATE_MS = 700;

export default defineMutant<PostsSeams>({
  kind: 'posts-answers-early',
  summary: 'a post is answered at once, and its message committed 0.7 s later',
  word: 'posts',
  caughtBy: 'no-acked-loss',
  scenario: 'http-meters',
  plant: (fired) => ({
    answerEarly: (device, key) => {
      fired(`${device} ${key}`);
      return LATE_MS;
    },
  }),
});
