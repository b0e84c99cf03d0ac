// bans: Date
const { now } = Date;
export const when: (value: Date) => number = now;
