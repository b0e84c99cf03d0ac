// bans: process, console
console.error('x');
process.stdout.write('x');
