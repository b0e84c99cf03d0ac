/** A target that is asked, or that has just come back, may be about to do what is due. */
export const SLACK_MS = 2000;
