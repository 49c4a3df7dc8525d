// The Action's post step.
process.argv.splice(2, Infinity, "action", "post");
await import("../index.js");
