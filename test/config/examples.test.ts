import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { load } from "./load.ts";

const EXAMPLES = new URL("../../examples/", import.meta.url);
const folders = readdirSync(EXAMPLES, { withFileTypes: true }).filter((entry) => entry.isDirectory());

describe("each folder of examples/", () => {
  it.each(folders.map(({ name }) => name))("%s holds a configuration in which nothing is wrong", (name) => {
    const folder = fileURLToPath(new URL(name, EXAMPLES));
    const loaded = load(readFileSync(`${folder}/registries.yaml`), { folder, root: folder });
    expect(loaded).toMatchObject({ status: "valid", notes: [] });
  });
});
