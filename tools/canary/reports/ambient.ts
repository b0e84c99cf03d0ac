// bans: process, console, globalThis, global
export const ambient = [process.env, globalThis.process, global.process];
console.log(ambient);
