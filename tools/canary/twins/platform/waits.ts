// bans: Date, setTimeout, import(…)
const file = `./${Date.now()}.ts`;
setTimeout(() => {}, 1);
setImmediate(() => {});
export const later = import(file);
