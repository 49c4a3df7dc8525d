export type JsonObject = Readonly<Record<string, unknown>>;

/** The value of a JSON text; null for what is none, as for the text `null`. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Neither a list nor null, which JavaScript takes for objects too. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
