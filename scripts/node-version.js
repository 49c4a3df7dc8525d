// Plain JavaScript, because the Node that it is about may be too old for anything else.
// npm puts node_modules/.bin first on PATH, so that the `node` package decides what runs, unless its install script was not allowed to run.
const major = Number(process.versions.node.split(".")[0]);
console.log(`Node ${process.versions.node} (${process.execPath})`);
if (major < 24) {
  console.error("The tests need Node 24, which the `node` package brings: run `npm ci` without --ignore-scripts.");
  process.exitCode = 1;
}
