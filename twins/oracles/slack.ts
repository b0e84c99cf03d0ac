/** A target that is asked, or that has just come back, may be about to do what is due. */
export const SLACK_MS = 2000;

/** And whoever may take longer has that long before what he does not do is missing. */
export const slackOf = (withinMs: number): number => Math.max(SLACK_MS, withinMs);
