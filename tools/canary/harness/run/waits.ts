// bans: Date, performance, setTimeout, setInterval, process, Math.random, console
setTimeout(() => {}, Date.now() + performance.now() + Math.random());
setInterval(() => {}, 1);
setImmediate(() => {});
console.log(process.pid);
