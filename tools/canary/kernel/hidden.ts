// bans: require, eval, Function, fetch, import(…), process
// walls: pure-rooms
export const hidden = [require('fs'), eval('1'), new Function('return 1')];
export const page = fetch('http://localhost');
const name = 'node:fs';
export const more = import(name);
export const pid = process.pid;
process.nextTick(() => {});
