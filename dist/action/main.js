// The Action's main step.
process.argv.splice(2, Infinity, "action", "main");
await import("../index.js");
