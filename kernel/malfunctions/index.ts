/** How machines go wrong: the words of plans and of the ledger for it. */
export { MACHINE_OPS } from './machine-ops.ts';
export { GROWTHS, type Malfunction, type Malfunctioning } from './malfunction.ts';
export { malfunctionsOf } from './of-device.ts';
