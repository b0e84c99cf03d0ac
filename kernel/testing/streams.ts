/** TEST ONLY. The streams of plans made by hand. */
export { CODE, fiveStreams, type Rounds } from '../duties/five-streams.ts';
