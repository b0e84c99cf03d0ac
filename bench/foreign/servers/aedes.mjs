// The plain package behind a socket, as its readme shows it: everything in memory.
//   node aedes.mjs ENTRY_OF_PACKAGE PORT
import { createServer } from 'node:net';

const [, , entry, port] = process.argv;
const { Aedes } = await import(entry);
const broker = await Aedes.createBroker();
createServer(broker.handle).listen(Number(port), '127.0.0.1');
