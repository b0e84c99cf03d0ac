/** Shares as a plan says them: whole numbers, of a million. */
export const millionths = (share: unknown): number => Math.round(Number(share) * 1_000_000);
