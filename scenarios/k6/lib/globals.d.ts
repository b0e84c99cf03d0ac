/** k6 has it beside imports; a name that is put together is looked for when it is called. */
declare function require(name: string): typeof import('k6/x/mqtt');
