// Who may import whom. `npm run check` runs it through scripts/dependencies.ts, which also holds that no file was overlooked.

const STAGES = "^src/(config|providers|registry|plan|render|encrypt|docker-config|publish|report)/";
/** Files below every stage. */
const GROUND = "errors|secret|encodings|selection|git-blob|git-folder|json|jwt|nearest|nesting|model";
/** What reaches out of the process. */
const WORLD = "^(node:)?(fs|tls|dns|dgram|http|https|http2|child_process|cluster|worker_threads|readline)(/|$)";

/** @type {import("dependency-cruiser").IConfiguration} */
module.exports = {
  forbidden: [
    { name: "no-cycles", severity: "error", from: {}, to: { circular: true } },
    { name: "everything-resolves", severity: "error", from: {}, to: { couldNotResolve: true } },
    {
      name: "packages-are-declared",
      severity: "error",
      from: {},
      to: { dependencyTypes: ["npm-no-pkg", "npm-unknown", "deprecated"] },
    },
    {
      name: "stages-meet-in-the-model",
      comment: "A stage knows the nouns, errors, secrets and selections, and gets everything else as an argument.",
      severity: "error",
      from: { path: STAGES },
      to: {
        path: "^src/",
        pathNot: ["^src/$1/", `^src/(${GROUND})\\.ts$`, "^src/model/", "^src/io/(ports|github-port)\\.ts$"],
      },
    },
    {
      name: "ports-are-types-to-stages",
      severity: "error",
      from: { path: STAGES },
      to: { path: "^src/io/", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "the-ground-imports-only-itself",
      comment: "Nouns, errors, secrets: below everything.",
      severity: "error",
      from: {
        path: `^src/((${GROUND}|version)\\.ts$|model/)`,
      },
      to: {
        path: "^src/",
        pathNot: `^src/((${GROUND})\\.ts$|model/)`,
      },
    },
    { name: "io-knows-no-stage", severity: "error", from: { path: "^src/io/" }, to: { path: STAGES } },
    {
      name: "only-commands-wire",
      comment: "Outside commands/, only a door opens a command.",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/(commands/|(main|cli|action)\\.ts$|action/)" },
      to: { path: "^src/commands/" },
    },
    {
      name: "doors-only-open-commands",
      severity: "error",
      from: { path: "^src/(main|cli|action)\\.ts$" },
      to: { path: [STAGES, "^src/demo/"] },
    },
    {
      name: "behind-the-action-is-the-report-alone",
      comment: "Annotations, summary and outputs are forms of the report; what the command line shows is in commands/.",
      severity: "error",
      from: { path: "^src/action/" },
      to: { path: [STAGES, "^src/demo/"], pathNot: "^src/report/" },
    },
    {
      name: "only-its-door-opens-the-action",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/action(\\.ts$|/)" },
      to: { path: "^src/action/" },
    },
    { name: "doors-are-not-imported", severity: "error", from: {}, to: { path: "^src/main\\.ts$" } },
    {
      name: "only-encrypt-seals",
      comment:
        "Whoever holds the class can make a sealed file out of plain text, so that all others see only its type.",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/encrypt/" },
      to: { path: "^src/model/sealed\\.ts$", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "only-io-reaches-out",
      comment: "The demo is a registry and a user of its own: it stands for the world.",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/(io|demo)/" },
      to: { path: WORLD, dependencyTypes: ["core"] },
    },
    {
      name: "only-io-opens-sockets",
      comment: "config/host.ts asks node:net whether a text is an address, which opens nothing.",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/((io|demo)/|config/host\\.ts$)" },
      to: { path: "^(node:)?net$", dependencyTypes: ["core"] },
    },
    {
      name: "only-commands-run-the-demo",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/(demo/|commands/demo\\.ts$)" },
      to: { path: "^src/demo/" },
    },
    {
      name: "the-demo-is-lazy",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/(demo/|commands/demo\\.ts$)" },
      to: { path: "^src/(demo/|commands/demo\\.ts$)", dynamic: false, dependencyTypesNot: ["type-only"] },
    },
    {
      name: "heavy-packages-are-lazy",
      comment: "Nothing is loaded that the run does not need: start-up is counted in milliseconds.",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/(demo/|io/octokit\\.ts$)" },
      to: {
        path: "node_modules/(undici|re2js|age-encryption|@octokit/(core|plugin-.*)|bottleneck)/",
        dynamic: false,
        dependencyTypesNot: ["type-only"],
      },
    },
    {
      name: "github-is-lazy",
      comment: "GitHub's client, and what speaks through it, is loaded where a repository is opened.",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/io/(octokit|github-(call|branches|trees|pull-requests))\\.ts$" },
      to: {
        path: "^src/io/(octokit|github-(call|branches|trees|pull-requests))\\.ts$",
        dynamic: false,
        dependencyTypesNot: ["type-only"],
      },
    },
    {
      name: "only-io-speaks-github",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/io/" },
      to: { path: "node_modules/(@octokit/|bottleneck)" },
    },
    {
      name: "the-action-reaches-out-through-its-runner",
      comment: "Everything else comes from the world that its commands are given.",
      severity: "error",
      from: { path: "^src/action(/|\\.ts$)" },
      to: { path: "^src/io/", pathNot: "^src/io/actions\\.ts$", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "the-action-is-lazy",
      comment: "The command line does not load what only the runner needs.",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/action(/|\\.ts$)" },
      to: { path: "^src/action(/|\\.ts$)", dynamic: false, dependencyTypesNot: ["type-only"] },
    },
    {
      name: "only-io-speaks-http",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/io/" },
      to: { path: "node_modules/undici/" },
    },
    {
      name: "only-encrypt-knows-age",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/(encrypt|demo)/" },
      to: { path: "node_modules/(age-encryption|re2js)/" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: "specify",
    combinedDependencies: true,
    moduleSystems: ["es6", "cjs"],
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "require", "node", "default", "types"],
    },
  },
};
