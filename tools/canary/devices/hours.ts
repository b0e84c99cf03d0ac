// bans: Date, performance, setTimeout, setInterval, setImmediate
export const at = [Date.now(), new Date(), performance.now()];
setTimeout(() => {}, 1);
setInterval(() => {}, 1);
setImmediate(() => {});
