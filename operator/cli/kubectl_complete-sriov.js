#!/usr/bin/env node
// What kubectl runs for `kubectl sriov <TAB>`: the words typed so far come as arguments.
process.argv.splice(2, 0, '__complete');
await import('./kubectl-sriov.js');
