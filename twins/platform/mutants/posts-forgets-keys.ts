/** Takes a message that comes again under its key for a new one, and passes it on a second time. */
import { defineMutant } from '../mutant.ts';
import type { PostsSeams } from '../services/posts.ts';

export default defineMutant<PostsSeams>({
  kind: 'posts-forgets-keys',
  summary: 'a post that comes again under its key is taken once more',
  word: 'posts',
  caughtBy: 'exactly-once',
  scenario: 'http-meters',
  plant: (fired) => ({
    forgetKey: (device, key) => {
      fired(`${device} ${key}`);
      return true;
    },
  }),
});
