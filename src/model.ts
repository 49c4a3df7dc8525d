// The nouns of regcred, in the order in which the stages make them. Stages never import stages: they meet here.

export type * from "./model/config.ts"; // 1 config
export type * from "./model/credential.ts"; // 2 providers
export * from "./model/check.ts"; // 3 registry
export * from "./model/lock.ts"; // what a cluster's directory says of itself
export type * from "./model/plan.ts"; // 4 plan
export type * from "./model/sealed.ts"; // 5 render, 6 encrypt
export * from "./model/report.ts"; // 8 report
