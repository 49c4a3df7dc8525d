import type pc from "picocolors";

/** What `createColors(enabled)` makes, so that whoever prints decides. */
type Colors = ReturnType<typeof pc.createColors>;

export interface TextOptions {
  readonly colors: Colors;
  /** The instant that expiries are told from. */
  readonly now: Date;
  /** Columns of the terminal, 100 unless told; `Infinity` wraps and cuts nothing. */
  readonly width?: number | undefined;
  /** The texts of the configuration files by the names that locations give them, for excerpts. */
  readonly sources?: ReadonlyMap<string, string> | undefined;
  /** Also list the files that stay as they are, and what each check went through. */
  readonly verbose?: boolean | undefined;
}

/** The options with nothing left open. */
export interface Style {
  readonly colors: Colors;
  readonly now: Date;
  readonly width: number;
  /** Their lines. */
  readonly sources: ReadonlyMap<string, readonly string[]>;
  readonly verbose: boolean;
}

export function styleOf({ colors, now, width = 100, sources, verbose = false }: TextOptions): Style {
  const lines = Array.from(sources ?? [], ([file, text]) => [file, text.split(/\r\n|\r|\n/u)] as const);
  return { colors, now, width, sources: new Map(lines), verbose };
}
