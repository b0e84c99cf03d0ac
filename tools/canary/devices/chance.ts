// bans: Math.random, crypto
const { random } = Math;
export const chance = random() + Math.random() + crypto.getRandomValues(new Uint8Array(1)).length;
