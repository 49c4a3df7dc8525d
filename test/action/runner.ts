import { connectRunner } from "../../src/io/actions.ts";
import type { Runner } from "../../src/io/actions.ts";

/** The runner of a step, and what it was told. */
export interface Step {
  readonly runner: Runner;
  /** All that was printed so far. */
  printed(): string;
}

/** A step with inputs, as the runner hands them over. */
export function step(inputs: Readonly<Record<string, string>> = {}): Step {
  let printed = "";
  const variables = Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value] as const);
  return {
    runner: connectRunner(Object.fromEntries(variables), (text) => (printed += text)),
    printed: () => printed,
  };
}
