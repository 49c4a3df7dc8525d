// The dependency rules of .dependency-cruiser.cjs, over every source file: with a TypeScript that it does not know,
// dependency-cruiser silently skips files and is content, so that what it looked at is compared with what there is.

import { readdir } from "node:fs/promises";
import { sep } from "node:path";
import { binary, root, run } from "./run.ts";

interface Cruise {
  readonly modules: readonly { readonly source: string }[];
  readonly summary: {
    readonly totalDependenciesCruised: number;
    readonly violations: readonly {
      readonly from: string;
      readonly to: string;
      readonly rule: { readonly name: string };
    }[];
  };
}

const { output, all } = await run(binary("depcruise"), ["src", "--config", ".dependency-cruiser.cjs", "-T", "json"]);
if (!output.startsWith("{")) throw new Error(all);
const { modules, summary }: Cruise = JSON.parse(output);

const files = (await readdir(`${root}/src`, { recursive: true })).map((path) => `src/${path.split(sep).join("/")}`);
const sources = files.filter((path) => /\.c?[tj]s$/.test(path) && !path.includes(".d."));
const cruised = new Set(modules.map(({ source }) => source));
const overlooked = sources.filter((path) => !cruised.has(path));

for (const path of overlooked) console.log(`not looked at: ${path}`);
for (const { rule, from, to } of summary.violations) console.log(`${rule.name}: ${from} → ${to}`);
console.log(`${String(sources.length)} source files, ${String(summary.totalDependenciesCruised)} dependencies`);
if (overlooked.length + summary.violations.length > 0) process.exitCode = 1;
