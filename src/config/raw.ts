import type { Path } from "./finding.ts";

/** The value at a path of a document; undefined where there is none. Looks at own keys only. */
export function valueAt(document: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, step) => (isObject(value) && Object.hasOwn(value, step) ? value[step] : undefined),
    document,
  );
}

/** The entries of a mapping that people name themselves. */
export function entriesOf<Value>(
  map: Readonly<Record<string, Value | undefined>> | undefined,
): readonly (readonly [string, Value])[] {
  return Object.entries(map ?? {}).flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const]));
}

export function isObject(value: unknown): value is Readonly<Record<string | number, unknown>> {
  return typeof value === "object" && value !== null;
}
